/**
 * Owns where the source decides: each guard that ends in a failure or a finding, found by the TypeScript parser and its types.
 * A guard is what one mutant takes out (tests/mutation/check-removal.ts).
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One guard, and what stands in its place once it is taken out. */
export interface Guard {
	/** File, what encloses it, its text, and what stands in its place; unique. */
	name: string;
	/** The failure or finding behind it, or the first words of what it returns. */
	code: string;
	/** Path from the root. */
	file: string;
	/** The guard's place in the file, in UTF-16 units. */
	start: number;
	end: number;
	kind: GuardKind;
	/** What stands in its place once it is taken out. */
	replacement: string;
}

/**
 * What a guard is, and so how it is taken out. `never` and `always`: a condition that no longer, or always, holds. `value`: a check in a
 * chain of `??` that is left out. `row`: one pair of a list that is compared pair by pair; `rows`: several that are spread into it. `rule`: a rule of a schema, or its bound.
 */
type GuardKind = 'never' | 'always' | 'value' | 'row' | 'rows' | 'rule';

const REPLACEMENTS: Record<GuardKind, string> = {
	never: 'false',
	always: 'true',
	value: 'undefined',
	row: '...[]',
	rows: '[]',
	rule: 'v.check(() => true)',
};

/** How a guard without its check reads in its name. */
const ENDINGS: Record<GuardKind, string> = {
	never: ' -> false',
	always: ' -> true',
	value: ' -> undefined',
	row: '',
	rows: '',
	rule: '',
};

/**
 * Files whose every condition decides: they verify evidence or judge releases, and refuse also by `undefined`, `false` or an empty list.
 * In the others only what ends in a failure or a finding by its type is a guard.
 */
const DECIDING =
	/^lib\/(sigstore\/(verify|bundle|diagnose|identity|log-entry|checkpoint|consistency|trust-root|tuf|tuf-walk|tuf-requests|webcrypto\/(bridge|node-crypto))|(history|attestation)\/.+|registry\/schemas|npm\/(advisories|listed-attestations)|inspect\/(provenance|claims|warnings|with-findings|earlier-records|findings|quick-check|inspect|complete)|report\/(decide|findings|report))\.ts$/;

/** Rules of a schema that only accept or refuse; the others convert. */
const RULE = /^v\.(check|integer|isoDate|length|maxLength|maxValue|minLength|minValue|regex|safeInteger|startsWith)\(/;

/** A condition that only chooses the words of an exception. */
const WORDS_ONLY = /^error instanceof Error$/;

/**
 * Finds every guard below `lib`.
 * @param root the folder that has `lib` and `tsconfig.json`, with a slash at its end.
 * @throws Error where a type by which failures and findings are recognised is not where it was.
 */
export function findGuards(root: string): Guard[] {
	const files = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => `lib/${file.replaceAll('\\', '/')}`)
		.sort();
	const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
	// Without what it extends: WXT writes that, and only for files outside of `lib`.
	const { options } = ts.convertCompilerOptionsFromJson(
		{ ...config.compilerOptions, module: 'esnext', moduleResolution: 'bundler' },
		root,
	);
	const program = ts.createProgram(
		files.map((file) => join(root, file)),
		options,
	);
	const types = outcomeTypes(program, root);
	const finder = new Finder(program.getTypeChecker(), types);
	for (const file of files) {
		const source = program.getSourceFile(join(root, file));
		if (source) finder.search(file, source);
	}
	return finder.guards;
}

/** The types whose values are failures, changes and findings. */
function outcomeTypes(program: ts.Program, root: string): { failureCode: ts.Type; outcomes: ts.Type[] } {
	const checker = program.getTypeChecker();
	const typeOf = (file: string, name: string) => {
		const declaration = program
			.getSourceFile(join(root, file))
			?.statements.find(
				(one): one is ts.TypeAliasDeclaration | ts.InterfaceDeclaration =>
					(ts.isTypeAliasDeclaration(one) || ts.isInterfaceDeclaration(one)) && one.name.text === name,
			);
		if (!declaration) throw new Error(`${file} has no type ${name}`);
		return checker.getTypeAtLocation(declaration.name);
	};
	const failureCode = typeOf('lib/report/failures.ts', 'FailureCode');
	const outcomes = [typeOf('lib/report/result.ts', 'Failure'), typeOf('lib/report/history.ts', 'Change')];
	return { failureCode, outcomes: [...outcomes, failureCode, typeOf('lib/report/findings.ts', 'Finding')] };
}

class Finder {
	readonly guards: Guard[] = [];
	readonly #checker: ts.TypeChecker;
	readonly #types: { failureCode: ts.Type; outcomes: ts.Type[] };
	readonly #places = new Set<string>();
	readonly #names = new Map<string, number>();
	#file = '';
	#isDeciding = false;

	constructor(checker: ts.TypeChecker, types: { failureCode: ts.Type; outcomes: ts.Type[] }) {
		this.#checker = checker;
		this.#types = types;
	}

	search(file: string, source: ts.SourceFile): void {
		this.#file = file;
		this.#isDeciding = DECIDING.test(file);
		this.#visit(source);
	}

	#visit(node: ts.Node): void {
		if (ts.isIfStatement(node)) this.#searchIf(node);
		else if (ts.isConditionalExpression(node)) this.#searchConditional(node);
		else if (ts.isBinaryExpression(node)) this.#searchBinary(node);
		else if (ts.isCallExpression(node)) this.#searchRules(node, node);
		else if (ts.isArrayLiteralExpression(node) && this.#isDeciding) this.#searchRows(node);
		ts.forEachChild(node, (child) => this.#visit(child));
	}

	#searchIf({ expression, thenStatement, elseStatement }: ts.IfStatement): void {
		const isThen = this.#endsInOutcome(thenStatement);
		if (!isThen && this.#endsInOutcome(elseStatement))
			for (const part of partsOf(expression, ts.SyntaxKind.AmpersandAmpersandToken))
				this.#add(part, 'always', elseStatement);
		else if (isThen || this.#isDeciding)
			for (const part of partsOf(expression, ts.SyntaxKind.BarBarToken)) this.#add(part, 'never', thenStatement);
	}

	#searchConditional({ condition, whenTrue, whenFalse }: ts.ConditionalExpression): void {
		if (WORDS_ONLY.test(condition.getText())) return;
		const isThen = this.#isOutcome(whenTrue);
		if (!isThen && this.#isOutcome(whenFalse))
			for (const part of partsOf(condition, ts.SyntaxKind.AmpersandAmpersandToken))
				this.#add(part, 'always', whenFalse);
		else if (isThen || this.#isDeciding)
			for (const part of partsOf(condition, ts.SyntaxKind.BarBarToken)) this.#add(part, 'never', whenTrue);
	}

	#searchBinary(node: ts.BinaryExpression): void {
		const { left, right } = node;
		const { kind } = node.operatorToken;
		const isAnd = kind === ts.SyntaxKind.AmpersandAmpersandToken;
		if (isAnd && this.#isOutcome(right))
			for (const part of partsOf(left, ts.SyntaxKind.BarBarToken)) this.#add(part, 'never', right);
		// A chain of checks, each a failure or nothing.
		else if (kind === ts.SyntaxKind.QuestionQuestionToken)
			for (const part of [left, right]) {
				const isChain = ts.isBinaryExpression(part) && part.operatorToken.kind === kind;
				if (!isChain && this.#isCheck(part)) this.#add(part, 'value', part);
			}
		else if (this.#isDeciding && (isAnd || kind === ts.SyntaxKind.BarBarToken) && this.#isBoolean(node))
			for (const part of partsOf(node, kind)) this.#add(part, isAnd ? 'always' : 'never', node);
	}

	#searchRules({ expression, arguments: [first, ...rules] }: ts.CallExpression, node: ts.Node): void {
		const name = expression.getText();
		if (name === 'v.pipe') for (const rule of rules) if (RULE.test(rule.getText())) this.#add(rule, 'rule', rule);
		if (name === 'boundedList' && first) this.#add(node, 'rule', node, `v.array(${first.getText()})`);
	}

	/** Lists of pairs inside of functions: what is held against what. */
	#searchRows(node: ts.ArrayLiteralExpression): void {
		const pairs = node.elements.filter(isPair);
		const isTable = pairs.length > 2 || (pairs.length > 0 && pairs.every(isNamed));
		if (!isTable || !ts.findAncestor(node, ts.isFunctionLike)) return;
		for (const element of node.elements)
			if (ts.isSpreadElement(element)) this.#add(element.expression, 'rows', element);
			else this.#add(element, 'row', element);
	}

	/** Whether an expression is a failure or nothing. */
	#isCheck(expression: ts.Expression): boolean {
		if (this.#isOutcome(expression)) return true;
		const type = this.#checker.getNonNullableType(this.#checker.getTypeAtLocation(expression));
		return !ts.isStringLiteralLike(expression) && !(type.flags & ts.TypeFlags.Never) && this.#isOutcomeType(type);
	}

	/** Whether a branch ends in a failure or a finding: returned, thrown, pushed or assigned. */
	#endsInOutcome(statement: ts.Statement | undefined): statement is ts.Statement {
		if (!statement) return false;
		if (ts.isBlock(statement)) return this.#endsInOutcome(statement.statements.at(-1));
		if (ts.isThrowStatement(statement)) return true;
		if (ts.isReturnStatement(statement) || ts.isExpressionStatement(statement))
			return statement.expression !== undefined && this.#isOutcome(statement.expression);
		return false;
	}

	#isOutcome(expression: ts.Expression): boolean {
		if (
			ts.isParenthesizedExpression(expression) ||
			ts.isAwaitExpression(expression) ||
			ts.isAsExpression(expression) ||
			ts.isSatisfiesExpression(expression)
		)
			return this.#isOutcome(expression.expression);
		if (ts.isArrayLiteralExpression(expression)) return expression.elements.some((element) => this.#isOutcome(element));
		if (ts.isObjectLiteralExpression(expression) && expression.properties.some((one) => this.#isOutcomeProperty(one)))
			return true;
		if (ts.isCallExpression(expression) && isMethod(expression, 'push'))
			return expression.arguments.some((argument) => this.#isOutcome(argument));
		if (ts.isBinaryExpression(expression) && isAssignment(expression)) return this.#isOutcome(expression.right);
		const type = this.#checker.getTypeAtLocation(expression);
		if (ts.isStringLiteralLike(expression)) return this.#checker.isTypeAssignableTo(type, this.#types.failureCode);
		return this.#isOutcomeType(type);
	}

	#isOutcomeProperty(property: ts.ObjectLiteralElementLike): boolean {
		if (ts.isPropertyAssignment(property)) return this.#isOutcome(property.initializer);
		return (
			ts.isShorthandPropertyAssignment(property) && this.#isOutcomeType(this.#checker.getTypeAtLocation(property.name))
		);
	}

	#isOutcomeType(type: ts.Type): boolean {
		if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return false;
		// A call that only throws.
		if (type.flags & ts.TypeFlags.Never) return true;
		if (type.isUnion()) return type.types.every((one) => this.#isOutcomeType(one));
		if (this.#types.outcomes.some((outcome) => this.#checker.isTypeAssignableTo(type, outcome))) return true;
		const propertyIs = (name: string, text: RegExp) => {
			const property = type.getProperty(name);
			return property !== undefined && text.test(this.#checker.typeToString(this.#checker.getTypeOfSymbol(property)));
		};
		return propertyIs('ok', /^false$/) || propertyIs('standing', /^"refuted"$/);
	}

	/** Whether an expression says yes or no; `undefined`, as of what is not there, is a no. */
	#isBoolean(expression: ts.Expression): boolean {
		const type = this.#checker.getNonNullableType(this.#checker.getTypeAtLocation(expression));
		return (type.isUnion() ? type.types : [type]).every(({ flags }) => (flags & ts.TypeFlags.BooleanLike) !== 0);
	}

	#add(node: ts.Node, kind: GuardKind, outcome: ts.Node, replacement = REPLACEMENTS[kind]): void {
		const [start, end] = [node.getStart(), node.end];
		const place = `${this.#file} ${start} ${end} ${kind}`;
		if (this.#places.has(place)) return;
		this.#places.add(place);
		const said = `${this.#file} ${enclosing(node)}: ${oneLine(node)}${ENDINGS[kind]}`;
		const count = (this.#names.get(said) ?? 0) + 1;
		this.#names.set(said, count);
		const name = count === 1 ? said : `${said} (${count})`;
		this.guards.push({ name, code: codeIn(outcome), file: this.#file, start, end, kind, replacement });
	}
}

/** The parts of a condition that each suffice (`||`), or are each needed (`&&`). */
function partsOf(expression: ts.Expression, operator: ts.SyntaxKind): ts.Expression[] {
	if (ts.isParenthesizedExpression(expression)) return partsOf(expression.expression, operator);
	if (!ts.isBinaryExpression(expression) || expression.operatorToken.kind !== operator) return [expression];
	return [...partsOf(expression.left, operator), ...partsOf(expression.right, operator)];
}

function pairIn(element: ts.Expression): ts.ArrayLiteralExpression | undefined {
	if (ts.isAsExpression(element)) return pairIn(element.expression);
	return ts.isArrayLiteralExpression(element) && element.elements.length === 2 ? element : undefined;
}

function isPair(element: ts.Expression): boolean {
	return pairIn(element) !== undefined;
}

/** Whether a pair begins with a name of its own. */
function isNamed(element: ts.Expression): boolean {
	const [first] = pairIn(element)?.elements ?? [];
	return first !== undefined && ts.isStringLiteral(first);
}

function isMethod({ expression }: ts.CallExpression, name: string): boolean {
	return ts.isPropertyAccessExpression(expression) && expression.name.text === name;
}

function isAssignment({ operatorToken }: ts.BinaryExpression): boolean {
	return [ts.SyntaxKind.EqualsToken, ts.SyntaxKind.QuestionQuestionEqualsToken].includes(operatorToken.kind);
}

/** The names of what encloses a node: `Attempt.conclude`. */
function enclosing(node: ts.Node): string {
	const names: string[] = [];
	for (let one: ts.Node | undefined = node.parent; one; one = one.parent)
		if (
			(ts.isFunctionDeclaration(one) ||
				ts.isMethodDeclaration(one) ||
				ts.isGetAccessor(one) ||
				ts.isClassDeclaration(one) ||
				(ts.isVariableDeclaration(one) && one.parent.parent.parent.kind === ts.SyntaxKind.SourceFile)) &&
			one.name
		)
			names.unshift(one.name.getText());
	return names.join('.');
}

function oneLine(node: ts.Node): string {
	const text = node.getText().replace(/\s+/g, ' ');
	return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** The first code in a branch, or its first words. */
function codeIn(node: ts.Node): string {
	const text = oneLine(node);
	return /'([a-z]+(?:-[a-z]+)+)'/.exec(text)?.[1] ?? text.slice(0, 40);
}
