// @ts-check
import { readFileSync } from 'node:fs';
import { defineConfig, globalIgnores } from 'eslint/config';
import a11y from 'eslint-plugin-jsx-a11y-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** From the ground up; libs on one line do not know each other. test/architecture/libs.spec.ts reads the same list. */
const LIB_ORDER = /** @type {string[][]} */ (
  JSON.parse(readFileSync(new URL('test/architecture/lib-order.json', import.meta.url), 'utf8'))
);

const ONLY_THROUGH_THE_DOOR = {
  regex: '(^#libs/[^/]+/|(^|/)libs/)',
  message: "Import a lib through its door, '#libs/<name>': what is not in its index.ts is private to it.",
};

/** One cycle makes all of the libs one lib, so the order is a rule and not a habit. */
function libRules() {
  return LIB_ORDER.flatMap((level, index) =>
    level.map((lib) => {
      const allowed = LIB_ORDER.slice(0, index).flat();
      return {
        name: `credence/lib-order/${lib}`,
        files: [`libs/${lib}/**/*.ts`],
        rules: {
          'no-restricted-imports': [
            'error',
            {
              paths: [NO_FORWARD_REF],
              patterns: [
                ONLY_THROUGH_THE_DOOR,
                { ...ONLY_THROUGH_THE_DOOR, regex: '^(\\.\\./)+[a-z]+/src(/|$)' },
                {
                  regex: `^#libs/(?!(${allowed.join('|') || '-'})$)`,
                  message: `libs/${lib} may only import ${allowed.join(', ') || 'no other lib'}: libs build on each other in the order of test/architecture/lib-order.json.`,
                },
                {
                  regex: '(^|/)(apps|test)/',
                  message: 'A lib knows neither the apps nor the tests: they are built on it.',
                },
              ],
            },
          ],
        },
      };
    }),
  );
}

const NO_FORWARD_REF = {
  name: '@nestjs/common',
  importNames: ['forwardRef'],
  message: 'A circle of providers is a sign that something lives in the wrong lib; move it instead.',
};

const TIME_FROM_CLOCK = 'Time comes from Clock, so that a test can stand on any day.';

export default defineConfig(
  globalIgnores(['dist/', '.data/', 'coverage/', 'apps/console/src/api/schema.d.ts']),
  {
    name: 'credence/typescript',
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        // Tells consistent-type-imports that a class in a decorated signature is needed at run time (Nest's injection).
        emitDecoratorMetadata: true,
        experimentalDecorators: true,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': ['error'],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // An async method without await still turns a throw into a rejection, which is what a port's caller expects.
      '@typescript-eslint/require-await': 'off',
      'no-restricted-imports': ['error', { paths: [NO_FORWARD_REF], patterns: [ONLY_THROUGH_THE_DOOR] }],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Settings come from Config (libs/config): checked once, at the start, all of them.',
        },
        { object: 'Date', property: 'now', message: TIME_FROM_CLOCK },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: TIME_FROM_CLOCK },
      ],
    },
  },
  ...libRules(),
  {
    name: 'credence/console',
    files: ['apps/console/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest'], a11y.configs.recommended],
    languageOptions: { parserOptions: { emitDecoratorMetadata: false, experimentalDecorators: false } },
    rules: {
      // A browser's clock is the only one there.
      'no-restricted-properties': 'off',
      'no-restricted-syntax': 'off',
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '(^#libs/|(^|/)(libs|test)/|(^|/)apps/(api|worker))',
              message: 'The console is a client of the public API and imports nothing of the server.',
            },
          ],
        },
      ],
      // A dialog or a sign-in page begins at its first field.
      'jsx-a11y-x/no-autofocus': 'off',
    },
  },
  {
    name: 'credence/readers-of-the-environment',
    files: [
      'libs/config/**/*.ts',
      'apps/*/src/main.ts',
      'apps/*/src/commands/**/*.ts',
      'ormconfig.ts',
      'test/**/*.ts',
      '**/*.spec.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    name: 'credence/clock',
    files: ['libs/common/src/clock.ts', 'test/**/*.ts', '**/*.spec.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    name: 'credence/command-line',
    files: ['apps/*/src/main.ts', 'apps/*/src/commands/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    name: 'credence/tests',
    files: ['test/**/*.ts', '**/*.spec.ts'],
    rules: {
      // Tests reach into the JSON of answers; a wrong guess fails the test.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // expect(object.method) compares functions, it does not call them.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-require-imports': 'off',
    },
  },
);
