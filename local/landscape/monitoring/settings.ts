/** Namespace of the company's Prometheus, and name of its Deployment, Service and ServiceAccount. */
export const namespace = "monitoring";
export const name = "prometheus";

/** Port of its own page and API. */
export const port = 9090;

/** Where its pod has the company's CA, and the certificate by which it shows who it is: `ca.crt`, `tls.crt`, `tls.key`. */
export const pkiDirectory = "/etc/prometheus/pki";
