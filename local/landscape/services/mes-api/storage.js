"use strict";

const { GetObjectCommand, NoSuchKey, S3Client } = require("@aws-sdk/client-s3");
const { OrderFault } = require("./fault.js");

/** Binary STL: 80 bytes of header, the number of triangles, 50 bytes for each. */
const headerBytes = 84;
const triangleBytes = 50;

/** The 3D files storage, over S3. */
exports.openStorage = ({ endpoint, accessKeyId, secretAccessKey, bucket, region }) => {
  const s3 = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000 },
  });
  return {
    /** @returns the number of triangles of the model; throws an OrderFault if there is no file or it is no STL. */
    async triangles(key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })).catch((error) => {
        throw error instanceof NoSuchKey ? new OrderFault(`there is no file ${key}`) : error;
      });
      const bytes = Buffer.from(await Body.transformToByteArray());
      const count = bytes.length < headerBytes ? 0 : bytes.readUInt32LE(80);
      if (count === 0 || bytes.length !== headerBytes + count * triangleBytes) {
        throw new OrderFault(`${key} is no binary STL file (${bytes.length} bytes, ${count} triangles declared)`);
      }
      return count;
    },
  };
};
