// Section 4.1: the application entities, what they do and in which order.

export function implementationModel(): string {
  return `## 4 Networking

### 4.1 Implementation model

#### 4.1.1 Application data flow

\`\`\`
 modality, PACS --C-STORE, C-ECHO--> RECEIVE --> data directory --> FORWARD --C-STORE, C-ECHO--> PACS, workstation
     (SCU)                            (SCP)      studies, jobs       (SCU)                          (SCP)
\`\`\`

- **RECEIVE** accepts associations and keeps what comes. It is the program \`dts receive\`, which runs until it is
  stopped. A site (\`SITES\`) has a RECEIVE of its own, with its own address, title and data directory; what is said
  here holds for each of them.
- **FORWARD** opens associations to the destinations that are configured, and sends what is due. It is the program
  \`dts forward\`; \`dts echo\` and \`dts check\` ask destinations by C-ECHO with the same title. DICOMweb servers get their
  instances by HTTP (4.2.3).

#### 4.1.2 Functional definitions

RECEIVE waits for associations. It answers C-ECHO, and stores each instance that comes by C-STORE: the dataset is
written byte for byte in the transfer syntax in which it came, behind file meta information of DTS's own. C-STORE is
answered with success only when the instance is durable (it survives a loss of power) and its study is noted as
arriving.

FORWARD sends each instance of a delivery in the transfer syntax in which it lies on disk, and notes each answer. What
was not answered, or was refused for now, it sends again later; what was stored it does not send again. Where that is
configured, it asks the peer to commit itself to keep what was stored; RECEIVE takes the peer's reports.

#### 4.1.3 Sequencing of real-world activities

1. A device opens an association to RECEIVE and sends instances, on one association or several.
2. When no instance of a study (or series) has come for \`timeout\` seconds, it is complete.
3. Streams of the configuration decide what is done with it; programs run; their output is checked.
4. FORWARD sends the results. Nothing is sent of a study whose output broke a rule.
5. An instance that comes after its study was complete makes a new arrival, which goes through steps 2 to 4 again.
`;
}
