// An OPC UA client of another make (node-opcua-client), for test_gateway_foreign.py: one JSON object of what it could do.
const o = require("node-opcua-client");
const t = JSON.parse(process.argv[2]);
const ns = (s) => `ns=${t.index};s=${s}`;
(async () => {
  const out = {};
  const client = o.OPCUAClient.create({
    endpointMustExist: false, securityMode: o.MessageSecurityMode.SignAndEncrypt,
    securityPolicy: o.SecurityPolicy.Aes256_Sha256_RsaPss, certificateFile: t.certificate, privateKeyFile: t.key,
    applicationUri: t.uri, connectionStrategy: { maxRetry: 0 },
  });
  await client.connect(t.endpoint);
  const session = await client.createSession({ type: o.UserTokenType.UserName, userName: t.user, password: t.password });
  const b = await session.browse(ns("U01"));
  out.browsed = b.references.length;
  const v = await session.read({ nodeId: ns("U01.POWER_NET"), attributeId: o.AttributeIds.Value });
  out.read = [v.value.value, v.statusCode.name];
  const sub = await session.createSubscription2({ requestedPublishingInterval: 100, requestedLifetimeCount: 100, requestedMaxKeepAliveCount: 10, publishingEnabled: true, maxNotificationsPerPublish: 100, priority: 1 });
  const item = await sub.monitor({ nodeId: ns("U01.POWER_NET"), attributeId: o.AttributeIds.Value }, { samplingInterval: 0, queueSize: 10 }, o.TimestampsToReturn.Both);
  let n = 0; item.on("changed", () => n++);
  const fields = ["EventId", "ConditionName", "ActiveState.Id", "AckedState.Id", "Retain", "Severity"];
  const filter = o.constructEventFilter(fields, o.ofType ? o.ofType("AlarmConditionType") : undefined);
  const ev = await sub.monitor({ nodeId: "i=2253", attributeId: o.AttributeIds.EventNotifier }, { samplingInterval: 0, queueSize: 100, filter }, o.TimestampsToReturn.Both);
  const alarm = await new Promise((res) => ev.on("changed", (f) => { if (f[1].value) res(f); }));
  out.alarm = alarm.slice(1).map((x) => x.value);
  const key = alarm[1].value;
  const ack = await session.call({ objectId: ns(key), methodId: "i=9111", inputArguments: [
    { dataType: "ByteString", value: alarm[0].value }, { dataType: "LocalizedText", value: { text: "seen by node", locale: "en" } }] });
  out.ack = ack.statusCode.name;
  const shelve = await session.call({ objectId: ns("U01.WF_LEVEL.H"), methodId: "i=2949", inputArguments: [{ dataType: "Double", value: 60000 }] });
  out.shelve = shelve.statusCode.name;
  const refresh = await session.call({ objectId: "i=2782", methodId: "i=3875", inputArguments: [{ dataType: "UInt32", value: sub.subscriptionId }] });
  out.refresh = refresh.statusCode.name;
  const h = await session.readHistoryValue(ns("U01.POWER_NET"), new Date("2023-01-01"), new Date("2024-01-01"), { numValuesPerNode: 5 });
  out.history = [h.statusCode.name, h.historyData && h.historyData.dataValues.map((d) => d.value.value)];
  const call = async (m, text) => (await session.call({ objectId: "i=85", methodId: ns(m), inputArguments: [{ dataType: "String", value: text }] }));
  out.control = (await call("Request", JSON.stringify({ act: "control.take" }))).outputArguments.map((a) => a.value);
  const lp = await session.read({ nodeId: ns("U01/LastPoll"), attributeId: o.AttributeIds.Value });
  const now = lp.value.value.getTime() / 1000;
  const c = await call("Command", JSON.stringify({ key: "n1", tag: "U01.POWER_SP", value: 250.0, issued_time: now }));
  out.command = c.outputArguments.map((a) => a.value);
  for (;;) { const r = await session.read({ nodeId: ns("Commands/Recent"), attributeId: o.AttributeIds.Value }); if (JSON.parse(r.value.value).length) break; }
  const recent = await session.read({ nodeId: ns("Commands/Recent"), attributeId: o.AttributeIds.Value });
  out.recent = JSON.parse(recent.value.value).map((x) => x.state);
  const w = await session.write({ nodeId: ns("U01.POWER_SP"), attributeId: o.AttributeIds.Value, value: { value: { dataType: "Double", value: 1 } } });
  out.write = w.name;
  out.changes = n;
  console.log(JSON.stringify(out));
  await session.close(); await client.disconnect();
})().catch((e) => { console.error("FAILED", e.message); process.exit(1); });
