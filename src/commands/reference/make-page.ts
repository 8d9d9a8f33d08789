// Makes the page of a command under docs/commands: usage, arguments, options, examples and exit statuses from its
// declaration, and what only a person can tell from told/<name>.md.

import type { Argument, Option } from 'commander';
import { statusMeanings, type Declaration } from '../declaration.ts';

/** The headings of told/<name>.md, in this order. What was generated stands behind the first. */
export const TOLD_HEADINGS = [
  '## What it does', '## What it prints', '## What it reads and writes', '## After a crash',
] as const;

const GENERATED_NOTE = `---

Usage, arguments, options, examples and exit statuses come from the program itself; this page is written by
\`node --import tsx --import ./test/peggy-register.mjs src/commands/reference/write.ts\`.
`;

/** @param told the text of told/<name>.md */
export function makePage(declaration: Declaration, told: string): string {
  const { command, examples } = declaration;
  const [whatItDoes, ...rest] = splitAtHeadings(told);
  return [
    `# dts ${command.name()}\n`,
    `${sentence(command.description())}\n`,
    code([`dts ${command.name()} ${command.usage()}`]),
    whatItDoes,
    ...listed('## Arguments', command.registeredArguments.map(formatArgument)),
    ...listed('## Options', command.options.map(formatOption)),
    `## Examples\n\n${examples.map(([line, does]) => `${sentence(does)}\n\n${code([line])}`).join('\n')}`,
    ...rest,
    `## Exit status\n\n${formatStatuses(declaration)}`,
    GENERATED_NOTE,
  ].join('\n');
}

/** The page that lists all commands, by the headings that help has too. */
export function makeIndex(commands: readonly { readonly group: string; readonly declaration: Declaration }[]): string {
  const groups = [...new Set(commands.map(({ group }) => group))];
  const sections = groups.map((group) => {
    const lines = commands.filter((one) => one.group === group).map(({ declaration: { command } }) => {
      return `- [\`dts ${command.name()}\`](${command.name()}.md): ${command.description()}`;
    });
    return `## ${group.replace(/:$/, '')}\n\n${lines.join('\n')}\n`;
  });
  return [INDEX_INTRODUCTION, ...sections, GENERATED_NOTE].join('\n');
}

/** The sections of a told text. @throws where its headings are not those of TOLD_HEADINGS */
function splitAtHeadings(told: string): string[] {
  const sections = told.trimEnd().split(/\n(?=## )/).map((section) => `${section.trim()}\n`);
  const headings = sections.map((section) => section.slice(0, section.indexOf('\n')));
  if (headings.join('\n') !== TOLD_HEADINGS.join('\n')) throw new Error(`headings are ${headings.join(', ')}`);
  return sections;
}

function listed(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${heading}\n\n${lines.join('\n')}\n`];
}

function formatArgument(argument: Argument): string {
  const { description, required, variadic, defaultValue } = argument;
  const facts = [
    required ? 'must be given' : undefined,
    variadic ? 'several may be given' : undefined,
    defaultValue === undefined ? undefined : `default: ${String(defaultValue)}`,
  ].filter((fact) => fact !== undefined);
  return `- \`${argument.name()}\`: ${description}${facts.length === 0 ? '' : ` (${facts.join('; ')})`}`;
}

function formatOption({ flags, description, mandatory }: Option): string {
  return `- \`${flags}\`: ${description}${mandatory ? ' (must be given)' : ''}`;
}

function formatStatuses(declaration: Declaration): string {
  const rows = statusMeanings(declaration).map(([status, meaning]) => `| ${status} | ${meaning} |`);
  return `${['| status | meaning |', '|---|---|', ...rows].join('\n')}\n`;
}

function code(lines: readonly string[]): string {
  return `\`\`\`\n${lines.join('\n')}\n\`\`\`\n`;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

const INDEX_INTRODUCTION = `# Commands

One page a command: what it does, what it takes, what it prints, which files it reads and writes, what a crash leaves,
and what its exit status means. \`dts <command> --help\` shows the short form.

What holds for all of them:

- **Silence on success.** The commands that cron starts print nothing while all is well, because cron mails what they
  print. \`-v\` makes them tell what they do.
- **Results on stdout, messages on stderr.** A message is one line:
  \`dts <command>: <level>: <object>: <what did not happen>: <cause>; <what happens next>\`.
- **Times** are UTC, written \`2026-11-20T08:15:30.123Z\`. A time that you give without a zone is UTC too.
- **Ids.** Wherever a JobId or DeliveryId is taken, its beginning is enough, as long as no other id begins so.
- **Colours and progress** are shown on a terminal only; \`NO_COLOR=1\` takes the colours away. Values that came over
  the network are shown with control characters as escapes (\`\\x1b\`), so that they cannot do anything to your terminal.
- **\`--json\`** prints what a program can read; keys are added with time, and not renamed.
- **The configuration** is the directory that \`--config\` names, else \`$DTS_CONFIG\`, else that of the installation,
  else /etc/dts, else config/ of a checkout. One with mistakes ends every command with 78 and the list of all of them;
  nothing is touched.
- **Interrupting** is always safe. Ctrl-C and SIGTERM end a command in order; a second one, or a power cut, ends it at
  once, and the next run carries on from what is on disk.
`;
