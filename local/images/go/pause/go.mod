module order-tracing/images/pause

go 1.26.0
