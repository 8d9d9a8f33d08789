// Makes docs/classes.md out of the rules that come with the station: every class, and which series get it.

interface Entry {
  readonly type: string;
  readonly description: string;
  readonly check?: string;
}

const INTRODUCTION = `# Classes

The classes that the rules that come with the station (config/classify_rules.json) give to series, for conditions such as
\`ClassifyType containing T1\`. A series may have several, or none. A class is given as soon as one instance of the series is
as one of the lines says; where a line says "every instance", all must be.

They are told from headers, and headers are written by people and vendors in many ways: try your own scanners' studies by
\`dts select --statement 'SELECT series WHERE ClassifyType containing T1' FOLDER\` before you rely on one. How to write rules
of your own is told in [select-language.md](select-language.md#rules-of-your-own).

| class | what it says of a series; any of the lines is enough |
|---|---|
`;

const GENERATED_NOTE = `
---

This page is written by \`node --import tsx src/config/reference/write.ts\`.
`;

/** @param rules the content of classify_rules.json */
export function makeClassesPage(rules: readonly Entry[]): string {
  const types = [...new Set(rules.map(({ type }) => type))];
  const rows = types.map((type) => {
    const ways = rules.filter((rule) => rule.type === type).map(({ description, check }) => {
      return check === 'SeriesLevel' ? `${description} (every instance)` : description;
    });
    return `| \`${type}\` | ${ways.map((way) => way.replaceAll('|', '\\|')).join('<br>')} |\n`;
  });
  return `${INTRODUCTION}${rows.join('')}${GENERATED_NOTE}`;
}
