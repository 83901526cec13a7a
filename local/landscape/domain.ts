/** DNS domain of the company, and of its mail. */
export const corporateDomain = "alexandrite.test";
