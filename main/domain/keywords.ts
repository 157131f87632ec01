/**
 * The one table between DICOM keywords (edges: files, SQL columns, exports), tags and the camelCase names used inside.
 * Row: camelCase name -> [keyword, tag ggggeeee, VR, multiplicity]. `US|SS` stands for "signed as PixelRepresentation
 * says"; the readers of such values decide. Source: DICOM PS3.6.
 */
export const dicomAttributes = {
  // file meta information, SOP common
  mediaStorageSopClassUid: ['MediaStorageSOPClassUID', '00020002', 'UI', '1'],
  mediaStorageSopInstanceUid: ['MediaStorageSOPInstanceUID', '00020003', 'UI', '1'],
  transferSyntaxUid: ['TransferSyntaxUID', '00020010', 'UI', '1'],
  directoryRecordSequence: ['DirectoryRecordSequence', '00041220', 'SQ', 'n'],
  specificCharacterSet: ['SpecificCharacterSet', '00080005', 'CS', 'n'],
  imageType: ['ImageType', '00080008', 'CS', 'n'],
  sopClassUid: ['SOPClassUID', '00080016', 'UI', '1'],
  sopInstanceUid: ['SOPInstanceUID', '00080018', 'UI', '1'],
  studyDate: ['StudyDate', '00080020', 'DA', '1'],
  seriesDate: ['SeriesDate', '00080021', 'DA', '1'],
  acquisitionDate: ['AcquisitionDate', '00080022', 'DA', '1'],
  contentDate: ['ContentDate', '00080023', 'DA', '1'],
  acquisitionDateTime: ['AcquisitionDateTime', '0008002a', 'DT', '1'],
  studyTime: ['StudyTime', '00080030', 'TM', '1'],
  seriesTime: ['SeriesTime', '00080031', 'TM', '1'],
  acquisitionTime: ['AcquisitionTime', '00080032', 'TM', '1'],
  contentTime: ['ContentTime', '00080033', 'TM', '1'],
  accessionNumber: ['AccessionNumber', '00080050', 'SH', '1'],
  modality: ['Modality', '00080060', 'CS', '1'],
  presentationIntentType: ['PresentationIntentType', '00080068', 'CS', '1'],
  manufacturer: ['Manufacturer', '00080070', 'LO', '1'],
  institutionName: ['InstitutionName', '00080080', 'LO', '1'],
  studyDescription: ['StudyDescription', '00081030', 'LO', '1'],
  seriesDescription: ['SeriesDescription', '0008103e', 'LO', '1'],
  manufacturerModelName: ['ManufacturerModelName', '00081090', 'LO', '1'],
  referencedSeriesSequence: ['ReferencedSeriesSequence', '00081115', 'SQ', 'n'],
  referencedImageSequence: ['ReferencedImageSequence', '00081140', 'SQ', 'n'],
  referencedSopClassUid: ['ReferencedSOPClassUID', '00081150', 'UI', '1'],
  referencedSopInstanceUid: ['ReferencedSOPInstanceUID', '00081155', 'UI', '1'],
  referencedFrameNumber: ['ReferencedFrameNumber', '00081160', 'IS', 'n'],
  recommendedDisplayFrameRate: ['RecommendedDisplayFrameRate', '00082144', 'IS', '1'],
  // patient
  patientName: ['PatientName', '00100010', 'PN', '1'],
  patientId: ['PatientID', '00100020', 'LO', '1'],
  issuerOfPatientId: ['IssuerOfPatientID', '00100021', 'LO', '1'],
  patientBirthDate: ['PatientBirthDate', '00100030', 'DA', '1'],
  patientSex: ['PatientSex', '00100040', 'CS', '1'],
  patientAge: ['PatientAge', '00101010', 'AS', '1'],
  patientSize: ['PatientSize', '00101020', 'DS', '1'],
  patientWeight: ['PatientWeight', '00101030', 'DS', '1'],
  patientIdentityRemoved: ['PatientIdentityRemoved', '00120062', 'CS', '1'],
  // acquisition
  bodyPartExamined: ['BodyPartExamined', '00180015', 'CS', '1'],
  scanningSequence: ['ScanningSequence', '00180020', 'CS', 'n'],
  cineRate: ['CineRate', '00180040', 'IS', '1'],
  sliceThickness: ['SliceThickness', '00180050', 'DS', '1'],
  kvp: ['KVP', '00180060', 'DS', '1'],
  repetitionTime: ['RepetitionTime', '00180080', 'DS', '1'],
  echoTime: ['EchoTime', '00180081', 'DS', '1'],
  echoNumbers: ['EchoNumbers', '00180086', 'IS', 'n'],
  spacingBetweenSlices: ['SpacingBetweenSlices', '00180088', 'DS', '1'],
  protocolName: ['ProtocolName', '00181030', 'LO', '1'],
  triggerTime: ['TriggerTime', '00181060', 'DS', '1'],
  frameTime: ['FrameTime', '00181063', 'DS', '1'],
  radiopharmaceuticalStartTime: ['RadiopharmaceuticalStartTime', '00181072', 'TM', '1'],
  radionuclideTotalDose: ['RadionuclideTotalDose', '00181074', 'DS', '1'],
  radionuclideHalfLife: ['RadionuclideHalfLife', '00181075', 'DS', '1'],
  radiopharmaceuticalStartDateTime: ['RadiopharmaceuticalStartDateTime', '00181078', 'DT', '1'],
  gantryDetectorTilt: ['GantryDetectorTilt', '00181120', 'DS', '1'],
  imagerPixelSpacing: ['ImagerPixelSpacing', '00181164', 'DS', 'n'],
  convolutionKernel: ['ConvolutionKernel', '00181210', 'SH', 'n'],
  shutterShape: ['ShutterShape', '00181600', 'CS', 'n'],
  shutterLeftVerticalEdge: ['ShutterLeftVerticalEdge', '00181602', 'IS', '1'],
  shutterRightVerticalEdge: ['ShutterRightVerticalEdge', '00181604', 'IS', '1'],
  shutterUpperHorizontalEdge: ['ShutterUpperHorizontalEdge', '00181606', 'IS', '1'],
  shutterLowerHorizontalEdge: ['ShutterLowerHorizontalEdge', '00181608', 'IS', '1'],
  centerOfCircularShutter: ['CenterOfCircularShutter', '00181610', 'IS', 'n'],
  radiusOfCircularShutter: ['RadiusOfCircularShutter', '00181612', 'IS', '1'],
  verticesOfThePolygonalShutter: ['VerticesOfThePolygonalShutter', '00181620', 'IS', 'n'],
  shutterPresentationValue: ['ShutterPresentationValue', '00181622', 'US', '1'],
  patientPosition: ['PatientPosition', '00185100', 'CS', '1'],
  viewPosition: ['ViewPosition', '00185101', 'CS', '1'],
  sequenceOfUltrasoundRegions: ['SequenceOfUltrasoundRegions', '00186011', 'SQ', 'n'],
  regionSpatialFormat: ['RegionSpatialFormat', '00186012', 'US', '1'],
  regionDataType: ['RegionDataType', '00186014', 'US', '1'],
  regionLocationMinX0: ['RegionLocationMinX0', '00186018', 'UL', '1'],
  regionLocationMinY0: ['RegionLocationMinY0', '0018601a', 'UL', '1'],
  regionLocationMaxX1: ['RegionLocationMaxX1', '0018601c', 'UL', '1'],
  regionLocationMaxY1: ['RegionLocationMaxY1', '0018601e', 'UL', '1'],
  physicalUnitsXDirection: ['PhysicalUnitsXDirection', '00186024', 'US', '1'],
  physicalUnitsYDirection: ['PhysicalUnitsYDirection', '00186026', 'US', '1'],
  physicalDeltaX: ['PhysicalDeltaX', '0018602c', 'FD', '1'],
  physicalDeltaY: ['PhysicalDeltaY', '0018602e', 'FD', '1'],
  effectiveEchoTime: ['EffectiveEchoTime', '00189082', 'FD', '1'],
  diffusionBValue: ['DiffusionBValue', '00189087', 'FD', '1'],
  mrEchoSequence: ['MREchoSequence', '00189114', 'SQ', 'n'],
  mrDiffusionSequence: ['MRDiffusionSequence', '00189117', 'SQ', 'n'],
  // relationship
  studyInstanceUid: ['StudyInstanceUID', '0020000d', 'UI', '1'],
  seriesInstanceUid: ['SeriesInstanceUID', '0020000e', 'UI', '1'],
  studyId: ['StudyID', '00200010', 'SH', '1'],
  seriesNumber: ['SeriesNumber', '00200011', 'IS', '1'],
  acquisitionNumber: ['AcquisitionNumber', '00200012', 'IS', '1'],
  instanceNumber: ['InstanceNumber', '00200013', 'IS', '1'],
  patientOrientation: ['PatientOrientation', '00200020', 'CS', 'n'],
  imagePositionPatient: ['ImagePositionPatient', '00200032', 'DS', 'n'],
  imageOrientationPatient: ['ImageOrientationPatient', '00200037', 'DS', 'n'],
  frameOfReferenceUid: ['FrameOfReferenceUID', '00200052', 'UI', '1'],
  laterality: ['Laterality', '00200060', 'CS', '1'],
  imageLaterality: ['ImageLaterality', '00200062', 'CS', '1'],
  temporalPositionIdentifier: ['TemporalPositionIdentifier', '00200100', 'IS', '1'],
  numberOfTemporalPositions: ['NumberOfTemporalPositions', '00200105', 'IS', '1'],
  stackId: ['StackID', '00209056', 'SH', '1'],
  inStackPositionNumber: ['InStackPositionNumber', '00209057', 'UL', '1'],
  frameContentSequence: ['FrameContentSequence', '00209111', 'SQ', 'n'],
  planePositionSequence: ['PlanePositionSequence', '00209113', 'SQ', 'n'],
  planeOrientationSequence: ['PlaneOrientationSequence', '00209116', 'SQ', 'n'],
  temporalPositionIndex: ['TemporalPositionIndex', '00209128', 'UL', '1'],
  frameAcquisitionNumber: ['FrameAcquisitionNumber', '00209156', 'US', '1'],
  dimensionIndexValues: ['DimensionIndexValues', '00209157', 'UL', 'n'],
  // image pixel
  samplesPerPixel: ['SamplesPerPixel', '00280002', 'US', '1'],
  photometricInterpretation: ['PhotometricInterpretation', '00280004', 'CS', '1'],
  planarConfiguration: ['PlanarConfiguration', '00280006', 'US', '1'],
  numberOfFrames: ['NumberOfFrames', '00280008', 'IS', '1'],
  rows: ['Rows', '00280010', 'US', '1'],
  columns: ['Columns', '00280011', 'US', '1'],
  pixelSpacing: ['PixelSpacing', '00280030', 'DS', 'n'],
  pixelAspectRatio: ['PixelAspectRatio', '00280034', 'IS', 'n'],
  correctedImage: ['CorrectedImage', '00280051', 'CS', 'n'],
  bitsAllocated: ['BitsAllocated', '00280100', 'US', '1'],
  bitsStored: ['BitsStored', '00280101', 'US', '1'],
  highBit: ['HighBit', '00280102', 'US', '1'],
  pixelRepresentation: ['PixelRepresentation', '00280103', 'US', '1'],
  pixelPaddingValue: ['PixelPaddingValue', '00280120', 'US|SS', '1'],
  pixelPaddingRangeLimit: ['PixelPaddingRangeLimit', '00280121', 'US|SS', '1'],
  burnedInAnnotation: ['BurnedInAnnotation', '00280301', 'CS', '1'],
  pixelSpacingCalibrationType: ['PixelSpacingCalibrationType', '00280a02', 'CS', '1'],
  pixelIntensityRelationship: ['PixelIntensityRelationship', '00281040', 'CS', '1'],
  windowCenter: ['WindowCenter', '00281050', 'DS', 'n'],
  windowWidth: ['WindowWidth', '00281051', 'DS', 'n'],
  rescaleIntercept: ['RescaleIntercept', '00281052', 'DS', '1'],
  rescaleSlope: ['RescaleSlope', '00281053', 'DS', '1'],
  rescaleType: ['RescaleType', '00281054', 'LO', '1'],
  windowCenterWidthExplanation: ['WindowCenterWidthExplanation', '00281055', 'LO', 'n'],
  voiLutFunction: ['VOILUTFunction', '00281056', 'CS', '1'],
  redPaletteDescriptor: ['RedPaletteColorLookupTableDescriptor', '00281101', 'US|SS', 'n'],
  greenPaletteDescriptor: ['GreenPaletteColorLookupTableDescriptor', '00281102', 'US|SS', 'n'],
  bluePaletteDescriptor: ['BluePaletteColorLookupTableDescriptor', '00281103', 'US|SS', 'n'],
  redPaletteData: ['RedPaletteColorLookupTableData', '00281201', 'OW', '1'],
  greenPaletteData: ['GreenPaletteColorLookupTableData', '00281202', 'OW', '1'],
  bluePaletteData: ['BluePaletteColorLookupTableData', '00281203', 'OW', '1'],
  segmentedRedPaletteData: ['SegmentedRedPaletteColorLookupTableData', '00281221', 'OW', '1'],
  segmentedGreenPaletteData: ['SegmentedGreenPaletteColorLookupTableData', '00281222', 'OW', '1'],
  segmentedBluePaletteData: ['SegmentedBluePaletteColorLookupTableData', '00281223', 'OW', '1'],
  lossyImageCompression: ['LossyImageCompression', '00282110', 'CS', '1'],
  lossyImageCompressionRatio: ['LossyImageCompressionRatio', '00282112', 'DS', 'n'],
  lossyImageCompressionMethod: ['LossyImageCompressionMethod', '00282114', 'CS', 'n'],
  modalityLutSequence: ['ModalityLUTSequence', '00283000', 'SQ', 'n'],
  lutDescriptor: ['LUTDescriptor', '00283002', 'US|SS', 'n'],
  lutExplanation: ['LUTExplanation', '00283003', 'LO', '1'],
  modalityLutType: ['ModalityLUTType', '00283004', 'LO', '1'],
  lutData: ['LUTData', '00283006', 'OW', '1'],
  voiLutSequence: ['VOILUTSequence', '00283010', 'SQ', 'n'],
  softcopyVoiLutSequence: ['SoftcopyVOILUTSequence', '00283110', 'SQ', 'n'],
  // functional groups
  pixelMeasuresSequence: ['PixelMeasuresSequence', '00289110', 'SQ', 'n'],
  frameVoiLutSequence: ['FrameVOILUTSequence', '00289132', 'SQ', 'n'],
  pixelValueTransformationSequence: ['PixelValueTransformationSequence', '00289145', 'SQ', 'n'],
  sharedFunctionalGroupsSequence: ['SharedFunctionalGroupsSequence', '52009229', 'SQ', 'n'],
  perFrameFunctionalGroupsSequence: ['PerFrameFunctionalGroupsSequence', '52009230', 'SQ', 'n'],
  segmentationType: ['SegmentationType', '00620001', 'CS', '1'],
  // nuclear medicine
  radiopharmaceuticalInformationSequence: ['RadiopharmaceuticalInformationSequence', '00540016', 'SQ', 'n'],
  units: ['Units', '00541001', 'CS', '1'],
  suvType: ['SUVType', '00541006', 'CS', '1'],
  decayCorrection: ['DecayCorrection', '00541102', 'CS', '1'],
  // presentation
  graphicAnnotationSequence: ['GraphicAnnotationSequence', '00700001', 'SQ', 'n'],
  boundingBoxAnnotationUnits: ['BoundingBoxAnnotationUnits', '00700003', 'CS', '1'],
  anchorPointAnnotationUnits: ['AnchorPointAnnotationUnits', '00700004', 'CS', '1'],
  graphicAnnotationUnits: ['GraphicAnnotationUnits', '00700005', 'CS', '1'],
  unformattedTextValue: ['UnformattedTextValue', '00700006', 'ST', '1'],
  textObjectSequence: ['TextObjectSequence', '00700008', 'SQ', 'n'],
  graphicObjectSequence: ['GraphicObjectSequence', '00700009', 'SQ', 'n'],
  boundingBoxTopLeft: ['BoundingBoxTopLeftHandCorner', '00700010', 'FL', 'n'],
  boundingBoxBottomRight: ['BoundingBoxBottomRightHandCorner', '00700011', 'FL', 'n'],
  anchorPoint: ['AnchorPoint', '00700014', 'FL', 'n'],
  graphicData: ['GraphicData', '00700022', 'FL', 'n'],
  graphicType: ['GraphicType', '00700023', 'CS', '1'],
  graphicFilled: ['GraphicFilled', '00700024', 'CS', '1'],
  imageHorizontalFlip: ['ImageHorizontalFlip', '00700041', 'CS', '1'],
  imageRotation: ['ImageRotation', '00700042', 'US', '1'],
  displayedAreaTopLeft: ['DisplayedAreaTopLeftHandCorner', '00700052', 'SL', 'n'],
  displayedAreaBottomRight: ['DisplayedAreaBottomRightHandCorner', '00700053', 'SL', 'n'],
  displayedAreaSelectionSequence: ['DisplayedAreaSelectionSequence', '0070005a', 'SQ', 'n'],
  contentLabel: ['ContentLabel', '00700080', 'CS', '1'],
  contentDescription: ['ContentDescription', '00700081', 'LO', '1'],
  presentationPixelMagnificationRatio: ['PresentationPixelMagnificationRatio', '00700103', 'FL', '1'],
  presentationSizeMode: ['PresentationSizeMode', '00700100', 'CS', '1'],
  gridFrameOffsetVector: ['GridFrameOffsetVector', '3004000c', 'DS', 'n'],
  presentationLutSequence: ['PresentationLUTSequence', '20500010', 'SQ', 'n'],
  presentationLutShape: ['PresentationLUTShape', '20500020', 'CS', '1'],
} as const satisfies Record<string, readonly [keyword: string, tag: string, vr: Vr, multiplicity: '1' | 'n']>;

type Vr =
  | 'AS'
  | 'CS'
  | 'DA'
  | 'DS'
  | 'DT'
  | 'FD'
  | 'FL'
  | 'IS'
  | 'LO'
  | 'OW'
  | 'PN'
  | 'SH'
  | 'SL'
  | 'SQ'
  | 'ST'
  | 'TM'
  | 'UI'
  | 'UL'
  | 'US'
  | 'US|SS';

type Table = typeof dicomAttributes;

/** camelCase name of a known DICOM attribute. */
export type AttributeName = keyof Table;

type Scalar<V extends string> = V extends 'DS' | 'FD' | 'FL' | 'IS' | 'SL' | 'UL' | 'US' | 'US|SS' ? number : string;
type ValueOf<Row> = Row extends readonly [string, string, infer V extends string, infer M]
  ? V extends 'SQ'
    ? readonly Attributes[]
    : V extends 'OW'
      ? Uint16Array
      : M extends 'n'
        ? readonly Scalar<V>[]
        : Scalar<V>
  : never;

/** The known attributes of one data set or sequence item; absent, empty or unreadable ones are left out. */
export type Attributes = { readonly [N in AttributeName]?: ValueOf<Table[N]> };

/** DICOM keyword of a camelCase name: `sopInstanceUid` -> `SOPInstanceUID`. */
export function keywordOf(name: AttributeName): string {
  return dicomAttributes[name][0];
}

const namesByKeyword = new Map<string, AttributeName>(
  Object.entries(dicomAttributes).map(([name, row]) => [row[0], name as AttributeName]),
);

/** camelCase name of a DICOM keyword, undefined where the keyword is not in the table. */
export function nameOfKeyword(keyword: string): AttributeName | undefined {
  return namesByKeyword.get(keyword);
}
