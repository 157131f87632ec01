/** Which images a file holds is asked by its SHA-256; files of which only the header has been read have none. */
export const imagesByContent = `
CREATE INDEX instance_by_content ON instance (file_sha256) WHERE file_sha256 <> '';
`;
