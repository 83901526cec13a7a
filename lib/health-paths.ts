/**
 * Paths by which a process is asked how it is, below any other, and what browsers ask for by themselves: nobody's work. A
 * regular expression that JavaScript and Go both take; upper and lower case count the same. Routes of ASP.NET Core do not begin
 * with a slash.
 */
export const healthPath =
  "(^|/)(actuator|health|healthz|healthcheck|livez?|liveness|ready|readyz|readiness|metrics|ping|favicon[.]ico|robots[.]txt)(/|$)";
