package com.alexandrite.shop;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import software.amazon.awssdk.core.exception.SdkException;

/** Errors as RFC 9457 problem documents. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler(SdkException.class)
    ProblemDetail storage(SdkException e) {
        log.error("the files storage does not do what it is asked", e);
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_GATEWAY, "the files storage does not answer as it should");
    }
}
