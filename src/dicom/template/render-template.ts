// Puts the values of an instance into a template. Never fails: what is not there comes to nothing.

import { applyFormat } from './format.ts';
import {
  NAME_COMPONENTS, NAME_GROUPS,
  type Alternative, type NameParts, type Template, type TemplatePart, type TemplateValues, type ValueReference,
} from './template.ts';

/** The text of a template for one instance. What its values hold stands in it as it is. */
export function renderTemplate({ parts }: Pick<Template, 'parts'>, values: TemplateValues): string {
  return parts.map((part) => renderPart(part, values)).join('');
}

/** Of a placeholder the first alternative that comes to something; empty where none does. */
function renderPart(part: TemplatePart, values: TemplateValues): string {
  if (typeof part === 'string') return part;
  for (const alternative of part.alternatives) {
    const text = renderAlternative(alternative, values);
    if (text !== '') return text;
  }
  return '';
}

function renderAlternative(alternative: Alternative, values: TemplateValues): string {
  if ('text' in alternative) return alternative.text;
  const value = valueOf(alternative, values).trim();
  return alternative.formats.reduce((text, format) => applyFormat(format, text), value);
}

function valueOf({ path, valueIndex, nameParts }: ValueReference, values: TemplateValues): string {
  const value = values.texts(path)[valueIndex] ?? '';
  return nameParts === undefined ? value : namePart(value, nameParts);
}

/** Of a name without a group, that is its alphabetic one: its components are asked for without saying so. */
function namePart(name: string, { group = 'alphabetic', component }: NameParts): string {
  const inGroup = name.split('=')[NAME_GROUPS.indexOf(group)] ?? '';
  return component === undefined ? inGroup : inGroup.split('^')[NAME_COMPONENTS.indexOf(component)] ?? '';
}
