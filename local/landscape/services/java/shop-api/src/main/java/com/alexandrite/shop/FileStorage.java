package com.alexandrite.shop;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyExistsException;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/** The 3D files storage, over S3. */
@Component
class FileStorage {
    @ConfigurationProperties("storage")
    record Settings(URI endpoint, String accessKey, String secretKey, String bucket, String region) {}

    private final S3Client s3;
    private final String bucket;

    FileStorage(Settings settings) {
        bucket = settings.bucket();
        s3 = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .endpointOverride(settings.endpoint())
                .region(Region.of(settings.region()))
                .forcePathStyle(true)
                // S3-compatible stores do not all know the signed chunks and trailing checksums that the SDK sends by default.
                .serviceConfiguration(s -> s.chunkedEncodingEnabled(false))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(settings.accessKey(), settings.secretKey())))
                .build();
    }

    void put(String key, InputStream content, long length) throws IOException {
        // Read whole: a stream could not be sent again after the bucket was missing.
        RequestBody body = RequestBody.fromBytes(content.readNBytes(Math.toIntExact(length)));
        try {
            put(key, body);
        } catch (NoSuchBucketException e) {
            try {
                s3.createBucket(r -> r.bucket(bucket));
            } catch (BucketAlreadyOwnedByYouException | BucketAlreadyExistsException raced) {
                // Another upload was faster.
            }
            put(key, body);
        }
    }

    private void put(String key, RequestBody body) {
        s3.putObject(r -> r.bucket(bucket).key(key).contentType("model/stl"), body);
    }
}
