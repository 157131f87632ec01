export { labelColour, labelColours } from '../../main/domain/labelColours.ts';
