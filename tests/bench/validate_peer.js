/*
 * validate_peer - what row-validate is measured against: validators from npm
 *
 *	node validate_peer.js ajv SCHEMA ROWS
 *	node validate_peer.js ata SCHEMA ROWS
 *
 * writes the lines that are valid.  ajv compiles the schema to code and takes
 * what JSON.parse made of each line that readline found; ata-validator up to
 * 0.7 is native and takes each line's bytes as they were read.
 */
'use strict';
const fs = require('fs');
const readline = require('readline');
const [which, schemaFile, rowsFile] = process.argv.slice(2);
const schema = JSON.parse(fs.readFileSync(schemaFile, 'utf8'));

let out = [];
let size = 0;

function flush() {
	if (size > 0)
		fs.writeSync(1, Buffer.concat(out));
	out = [];
	size = 0;
}

function put(line) {
	out.push(line);
	size += line.length;
	if (size > 65536)
		flush();
}

function ajv() {
	const Ajv = require('ajv/dist/2020');
	const compiler = new Ajv({ allErrors: false });
	require('ajv-formats')(compiler);
	const valid = compiler.compile(schema);
	const lines = readline.createInterface({
		input: fs.createReadStream(rowsFile), crlfDelay: Infinity });

	lines.on('line', (line) => {
		if (valid(JSON.parse(line)))
			put(Buffer.from(line + '\n'));
	});
	lines.on('close', flush);
}

function ata() {
	const { Validator } = require('ata-validator');
	const validator = new Validator(schema);
	const stream = fs.createReadStream(rowsFile, { highWaterMark: 1 << 20 });
	let rest = Buffer.alloc(0);

	stream.on('data', (chunk) => {
		let from = 0;
		let lf;

		chunk = Buffer.concat([rest, chunk]);
		while ((lf = chunk.indexOf(10, from)) !== -1) {
			if (validator.isValid(chunk.subarray(from, lf)))
				put(chunk.subarray(from, lf + 1));
			from = lf + 1;
		}
		rest = chunk.subarray(from);
	});
	stream.on('end', flush);
}

(which === 'ajv' ? ajv : ata)();
