# The tour of docs/tour.md over REST: exactly its code blocks, which a test compares. With Credence running:
#   bash -euo pipefail docs/tour.sh

API=${API:-http://127.0.0.1:3000}
ACCOUNTS=${ACCOUNTS:-.data/demo-accounts.json}

call() { curl -sS --fail-with-body -H 'content-type: application/json' "$@"; }

# Prints a part of the JSON that comes in: json .data.accessToken
json() {
  node -p "const part = JSON.parse(require('fs').readFileSync(0, 'utf8'))$1;
    typeof part === 'string' ? part : JSON.stringify(part, null, 2)"
}

# Signs in the first demo account of a role: sign_in crew-member
sign_in() {
  BODY=$(json ".filter(({ role }) => role === '$1').map(({ email, password }) => ({ email, password }))[0]" < "$ACCOUNTS")
  TOKENS=$(call "$API/auth/v1/rs/login/credentials" -d "$BODY")
  ACCESS="authorization: Bearer $(echo "$TOKENS" | json .data.accessToken)"
  SESSION="x-session-token: $(echo "$TOKENS" | json .data.sessionToken)"
  ME=$(call "$API/api/v1/shared/users/me/session" -H "$ACCESS" | json .userId)
}

# Sends a PDF with the presigned POST that comes in as JSON, { url, fields }: every field, and then the file
send() {
  node -e 'const { url, fields } = JSON.parse(require("fs").readFileSync(0, "utf8")), quote = JSON.stringify;
    const lines = Object.entries(fields).map(([name, value]) => `form-string = ${quote(`${name}=${value}`)}`);
    console.log([`url = ${quote(url)}`, ...lines].join("\n"))' |
    curl -sS --fail-with-body --config - --form "file=@$1;type=application/pdf"
}

sign_in crew-member
PERSON=$ME
SCAN=$(mktemp)
printf '%s\n' '%PDF-1.4' '1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj' \
  '2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj' \
  '3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>> endobj' 'trailer <</Root 1 0 R>>' '%%EOF' > "$SCAN"
SIZE=$(($(wc -c < "$SCAN")))

TITLE=$(call "$API/users-organizations/v1/rs/titles?pageSize=1" -H "$ACCESS" -H "$SESSION" | json '.data[0].id')
DIPLOMA=$(call "$API/users-organizations/v1/rs/users/me/diplomas" -H "$ACCESS" -H "$SESSION" -d '{
  "titleId": '"$TITLE"', "obtainedAt": "2024-06-14T10:00:00Z",
  "attachment": { "name": "diploma.pdf", "mimeType": "application/pdf", "size": '"$SIZE"' } }')
echo "$DIPLOMA" | json .diploma
echo "$DIPLOMA" | json .upload | send "$SCAN"
curl -sSL --fail-with-body "$(echo "$DIPLOMA" | json .presignedUrl)" | cmp - "$SCAN" && echo 'The same bytes came back.'

INTENT=$(call "$API/api/v1/shared/uploads/intent" -H "$ACCESS" -d '{
  "kind": "certificate", "mime": "application/pdf", "size": '"$SIZE"', "filename": "stcw-basic-safety.pdf" }')
UPLOAD=$(echo "$INTENT" | json .uploadId)
echo "$INTENT" | json .presignedPost | send "$SCAN"
call -X POST "$API/api/v1/shared/uploads/$UPLOAD/finalize" -H "$ACCESS" | json .status
KEY="idempotency-key: $(node -p 'crypto.randomUUID()')"
CERTIFICATE=$(call "$API/api/v1/crew/users/$PERSON/certificates" -H "$ACCESS" -H "$KEY" -d '{
  "certificateType": "stcw_basic_safety", "certificateNumber": "BST-2024-55231",
  "issuingAuthority": "Norwegian Maritime Authority", "issueDate": "2024-05-02", "expiryDate": "2029-05-01",
  "uploadId": "'"$UPLOAD"'" }' | json .id)

sign_in office-employee
call "$API/api/v1/crew/queue?user_id=$PERSON" -H "$ACCESS" | json '.items.map(({ subject, submittedAt }) => ({ subject, submittedAt }))'
ETAG=$(call "$API/api/v1/crew/certificates/$CERTIFICATE" -H "$ACCESS" -D - -o /dev/null | tr -d '\r' | sed -n 's/^[Ee][Tt]ag: //p')
call "$API/api/v1/crew/certificates/$CERTIFICATE/download" -H "$ACCESS" | json .expiresAt
call -X POST "$API/api/v1/crew/certificates/$CERTIFICATE/verify" -H "$ACCESS" -H "if-match: $ETAG" | json .status

call "$API/api/v1/crew/certificates/$CERTIFICATE" -H "$ACCESS" | json ''
call "$API/api/v1/crew/users/$PERSON/verification" -H "$ACCESS" | json .state
call "$API/api/v1/crew/roster?limit=3&include_count=true" -H "$ACCESS" | json ''
call -X POST "$API/auth/v1/rs/logout" -H "$ACCESS"
