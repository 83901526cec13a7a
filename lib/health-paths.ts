/**
 * Paths by which a process is asked how it is: nobody's work. A regular expression that JavaScript and Go both take; upper
 * and lower case count the same. Routes of ASP.NET Core do not begin with a slash.
 */
export const healthPath = "^/?(actuator|health|healthz|livez?|ready|readyz|metrics|ping)(/|$)";
