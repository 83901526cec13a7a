"use strict";

/** A fault of the order itself: trying again would not help, the seller has to know. */
class OrderFault extends Error {
  name = "OrderFault";
}
exports.OrderFault = OrderFault;
