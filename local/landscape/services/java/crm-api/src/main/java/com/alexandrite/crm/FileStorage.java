package com.alexandrite.crm;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Read access to the 3D files. */
@Component
class FileStorage {
    /** Binary STL: 80 bytes of header, then the number of triangles. */
    private static final int HEADER_BYTES = 84;

    @ConfigurationProperties("storage")
    record Settings(URI endpoint, String accessKey, String secretKey, String bucket, String region) {}

    record Preview(long triangles) {}

    private final S3Client s3;
    private final String bucket;

    FileStorage(Settings settings) {
        bucket = settings.bucket();
        s3 = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .endpointOverride(settings.endpoint())
                .region(Region.of(settings.region()))
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(settings.accessKey(), settings.secretKey())))
                .build();
    }

    Preview preview(String key) {
        ResponseBytes<GetObjectResponse> head = s3.getObjectAsBytes(
                r -> r.bucket(bucket).key(key).range("bytes=0-" + (HEADER_BYTES - 1)));
        ByteBuffer bytes = ByteBuffer.wrap(head.asByteArrayUnsafe()).order(ByteOrder.LITTLE_ENDIAN);
        return new Preview(bytes.remaining() < HEADER_BYTES ? 0 : Integer.toUnsignedLong(bytes.getInt(80)));
    }
}
