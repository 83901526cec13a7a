/** Name of the Pulumi project: the prefix of its keys in `Pulumi.<stack>.yaml`. */
export const project = "order-tracing";
