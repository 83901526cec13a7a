import { isActive, tableOf, wasTold, type Told } from "../checks/monitoring/told.ts";

const alert = { name: "TracingTargetDown", labels: { job: "otel-gateway" } } as const;

describe("alerts that were caused", () => {
  const active = (state: "pending" | "firing", job = "otel-gateway") => ({
    state,
    labels: { alertname: "TracingTargetDown", job, severity: "critical" },
  });

  test("an alert of that name about something else is another", () => {
    expect(isActive([active("firing")], alert, "firing")).toBe(true);
    expect(isActive([active("firing", "otel-sampler")], alert, "firing")).toBe(false);
    expect(isActive([active("firing")], { ...alert, name: "TracingNoSpans" }, "firing")).toBe(false);
  });

  test("what is about to fire does not fire yet", () => {
    expect(isActive([active("pending")], alert, "firing")).toBe(false);
    expect(isActive([active("pending")], alert, "pending", "firing")).toBe(true);
  });

  test("one that never fired, or never stopped, was not told as it must be", () => {
    const told: Told = { alert, cause: "the gateway is away" };
    expect(wasTold({ ...told, firedAfter: 40, quietAfter: 0 })).toBe(true);
    expect(wasTold({ ...told, quietAfter: 0 })).toBe(false);
    expect(wasTold({ ...told, firedAfter: 40 })).toBe(false);
    expect(tableOf([{ ...told, firedAfter: 40 }])).toMatch(/TracingTargetDown otel-gateway.*40 s.*never/);
  });
});
