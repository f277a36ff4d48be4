/** Calls that are known to start nothing, or nothing that holds a socket, a file or a connection. */

/** Globals whose members and calls are synchronous. */
export const syncGlobals: ReadonlySet<string> = new Set(
  "Object JSON Math Number String Boolean BigInt Symbol Array Date RegExp Reflect Intl Buffer console structuredClone parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent encodeURI decodeURI atob btoa require Error Map Set WeakMap WeakSet URL URLSearchParams TextEncoder TextDecoder Atomics performance expect vi jest Uint8Array".split(
    " ",
  ),
);

/** Modules that only compute. */
export const syncModules =
  /^(node:)?(path|url|util|assert|querystring|os|string_decoder|path\/posix|events)$|^(lodash|lodash-es|underscore|ramda|chalk|semver|uuid|nanoid|yaml|js-yaml|minimatch|picomatch|micromatch|classnames|clsx|react|react-dom|immer|date-fns|dayjs|moment|qs|ms|slash|kleur|picocolors|invariant|tiny-invariant|fast-deep-equal|deepmerge|pathe|upath|zod|@angular\/core|vue|ts-pattern|fp-ts|jsonpath|json5|escape-string-regexp|camelcase|debug)(\/|$)/;

/** Methods of strings, arrays, dates, maps and functions that nobody else uses for something asynchronous. */
export const syncMethods: ReadonlySet<string> = new Set(
  `toString toLocaleString toJSON valueOf trim trimStart trimEnd split join slice substring substr replace replaceAll
  toLowerCase toUpperCase startsWith endsWith includes indexOf lastIndexOf padStart padEnd charAt charCodeAt codePointAt
  repeat localeCompare normalize concat sort reverse toSorted toReversed flat fill toFixed toPrecision toISOString
  toUTCString toDateString getTime getDate getFullYear getMonth getHours hasOwnProperty isPrototypeOf matchAll test
  push unshift at log warn debug info isDirectory isFile isSymbolicLink isArray keys entries values`.split(
    /\s+/,
  ),
);

/** Methods that take a callback and are synchronous when the callback is. */
export const callbackMethods: ReadonlySet<string> = new Set(
  "map filter forEach find findIndex findLast some every reduce reduceRight flatMap".split(" "),
);

/** Promise work on threads or in memory, such as checking data against a schema: it holds no socket and no file. */
export const lightCalls =
  /^((globalThis|window|self|webcrypto)\.)?(crypto\.)?subtle\.|^crypto\.subtle\.|\.(validateAsync|parseAsync|safeParseAsync|decodeAsync)$|[sS]chema\.(validate|isValid)$|\.setCookie$/;

/** Tells a person, a log or listeners of this process, adds listeners, or waits for something: it holds no socket and no file. */
export const tellingCalls =
  /(^|\.)(show|log|report|notify)\w*(Message|Warning|Error|Exception|Notification|Toast|Telemetry)\w*$|[lL]og(ger)?\.\w+$|(^|\.)(add|remove)\w*(Listener|Observer)s?$|(^|\.)(emit(Async|Warning|Event)?|dispatchEvent|postMessage|trackEvent|captureException|sendTelemetry\w*|waitFor[A-Z]\w*)$/;

/** Functions that collect their calls into one request, by module. */
export const batchedCalls: ReadonlyMap<string, RegExp> = new Map([
  ["@changesets/get-github-info", /^getInfo(FromPullRequest)?$/],
]);

/**
 * Methods without arguments that give back what their object holds in memory. Not `close`, `disconnect`, `quit`: those
 * talk to somebody. Not `destroy`, `delete`: those of a row are requests.
 */
export const releasingMethod =
  /\.(dispose|disposeAsync|unsubscribe|detach|unmount|teardown|tearDown|terminate|kill)$/;

/**
 * Methods by which a row, a file or a model reads or writes itself, or a client talks to its server: as many as there are
 * data, and each one a request.
 */
export const requestMethod =
  /^[_$]*(save|update|upsert|delete|destroy|remove|fetch|load|reload|refresh|read|write|upload|download|copy|move|unlink|query|exec|create|insert|find|populate|request|sync|import|export|pull|push|clone|install|compile|get|text|json|blob|arrayBuffer|bytes|stat|open|connect|ping|close|disconnect|quit|end|publish|unpublish|archive|unarchive)(?![a-z])/;

/** Other names under which something is sent, asked for, written or run, often enough to take their word for it. */
export const workName =
  /^[_$]*(rm|mkdir|rename|append|spawn|fork|subprocess|post|put|patch|send|publish|store|deploy|mutate|mutation|aggregate|countDocuments|search|rpc|call(WS|Ws|Api|API|Service|Rpc|RPC)|extract|unpack)(?![a-z])/;

/**
 * What only looks paths up, in one step that holds nothing open for longer: too little to count beside what a limiter
 * runs. Node.js takes four of them at a time.
 */
export const pathLookup = /^(l?stat|access|realpath|readlink|readdir|isFile|isDirectory)$|(^e|E)xists$/;

/** Names that say what is done even where the body, as far as it is seen, shows nothing of it. */
export const transferName = /^[_$]*(fetch|download|upload|copy|write|send|publish|deploy)(?![a-z])/;

/** Calls that answer with data: rows, files, what a server lists. */
export const dataSource =
  /^(find(All|Many|By|$)|(query(?!Selector|AllBy|By)|select(?!All$)|scan|readdirp?|readDir|recursiveRead|glob(by)?|walk|fetch|search)(?![a-z])|list(Objects|All|$))/;

/** What people call lists of data: as many as there are files, rows or accounts. */
const dataNouns: ReadonlySet<string> = new Set(
  `files filenames paths dirs directories folders urls links images photos videos users members accounts customers contacts
  recipients subscribers groups teams tenants rows records documents docs messages emails comments posts pages articles
  orders products invoices tickets issues repos repositories projects workspaces tokens items ids batches chunks assets
  attachments uploads commits devices addresses data`.split(/\s+/),
);

/** Is its last word one of them: `stylesheetFiles`, `user_ids`, `imageURLs`? Not `metadata`, `grids`. */
export const isDataName = (name: string): boolean =>
  dataNouns.has(/([A-Z]{2,}s|[A-Z]?[a-z]+|[A-Z]+)$/.exec(name)?.[0].toLowerCase() ?? "");

/** Modules whose functions are requests, files, queries or processes, by themselves. */
export const workModules =
  /^(fs|fs\/promises|https?|http2|net|tls|dns|dns\/promises|dgram|child_process|stream\/(promises|consumers))$|^(axios|got|ky|node-fetch|cross-fetch|make-fetch-happen|undici|superagent|request|request-promise|request-promise-native|needle|ofetch|execa|cross-spawn|tinyexec|nano-spawn|zx|fs-extra|graceful-fs|jsonfile|rimraf|rmfr|del|pg|mysql|mysql2|mongodb|mongoose|redis|ioredis|knex|typeorm|sequelize|sqlite|sqlite3|@prisma\/client|@aws-sdk|aws-sdk|@google-cloud|@azure|@octokit|octokit|googleapis|nodemailer|sharp|bcrypt|bcryptjs|argon2|stripe|openai|twilio|firebase-admin|kafkajs|amqplib|puppeteer|puppeteer-core|playwright|playwright-core|simple-git)(\/|$)/;

/** Names of what one asks for requests, files or queries: `db.run(...)`, `this.apiClient.user(id)`. */
export const workReceiver =
  /^(fs|fsp|fse|fsPromises|db|database|prisma|knex|redis|mongo|axios|https?|api|client|s3|octokit|github|repo|repository|model|storage|connection|bucket|collection|mailer|dynamo|dynamodb|firestore|supabase|sqs|sns|ses|ec2|ecr|ecs|iam|sts|kms|ssm|cfn|cloudformation|cloudfront|route53)$|(Fs|Db|DB|Database|Prisma|Redis|Axios|Http|Api|API|Client|Octokit|Repo|Repository|Model|Storage|Connection)$/;

/** `tx.item.create(...)`: names under which a transaction is handed around; it serialises on one connection. */
export const transactionName =
  /^(tx|txn|trx|transaction|transactionalEntityManager|queryRunner|trxClient|txClient)$/;

/**
 * Names of what is done in memory, of what hands on to somebody of this process, and of functions that others hand in: more
 * often than not there is no request behind them, where nothing else shows one.
 */
export const lightName =
  /^[_$]*(get|is|has|can|should|resolve|render|create|build|make|init|initialize|format|parse|validate|check|wait|handle|register|apply|emit|notify|dispatch|transform|convert|encode|decode|encrypt|decrypt|serialize|deserialize|normalize|traverse|visit|to|from|add|set|clear|reset|flush|invoke|evaluate|count|use|on|once|wrap|unwrap|trace|ensure|promise|with)(?![a-z])|^(fn|func|cb|hooks?)$|([hH]andler|[hH]ooks?|[cC]allback|[lL]istener|[cC]onverter|[mM]apper|[gG]etter|[fF]ormatter|[vV]alidator|[rR]esolver|[fF]actory|Memo)$/;
