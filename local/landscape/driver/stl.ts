/** Sizes of binary STL: header and count, then normal, three corners and an attribute word for each triangle. */
const headerBytes = 84;
const triangleBytes = 50;

/** A binary STL file: a fan of `triangles` around an axis, which is as good as a ring to a price calculation. */
export function stl(triangles: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes + triangles * triangleBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(80, triangles, true);
  for (let i = 0; i < triangles; i++) {
    const [from, to] = [i, i + 1].map((step) => (2 * Math.PI * step) / triangles) as [number, number];
    const normal = [0, 0, 1];
    const corners = [0, 0, 0, Math.cos(from), Math.sin(from), 0, Math.cos(to), Math.sin(to), 0];
    [...normal, ...corners].forEach((value, n) =>
      view.setFloat32(headerBytes + i * triangleBytes + 4 * n, value, true),
    );
  }
  return bytes;
}
