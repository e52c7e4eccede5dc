// auth0's samlp behind a plain server. It signs in whoever ?user= names, the assertion or,
// with ?whole=1, the response. The key and its certificate come in the environment.

import http from "node:http";
import samlp from "samlp";

const { KEY: key, CERTIFICATE: cert, ACS_URL: acsUrl, ENTITY_ID: audience } = process.env;
const issuer = "urn:foreign-idp";

function signIn(whole) {
  return samlp.auth({
    issuer,
    cert,
    key,
    audience,
    recipient: acsUrl,
    destination: acsUrl,
    signAssertion: !whole,
    signResponse: whole,
    getPostURL: (_audience, _request, _req, done) => done(null, acsUrl),
    getUserFromRequest: (req) => ({
      id: req.query.user,
      displayName: req.query.user,
      name: { givenName: "Ann", familyName: "Lee" },
      emails: [{ value: req.query.user }],
    }),
  });
}

const server = http.createServer((req, res) => {
  const url = new URL(req.url, "http://localhost");
  req.query = Object.fromEntries(url.searchParams);
  req.originalUrl = req.url;
  req.protocol = "http";
  res.set = (name, value) => res.setHeader(name, value);
  res.send = (body) => res.end(String(body));
  const answer = url.pathname.endsWith("FederationMetadata.xml")
    ? samlp.metadata({ issuer, cert, redirectEndpointPath: "/", postEndpointPath: "/" })
    : signIn(req.query.whole === "1");
  answer(req, res, (error) => res.writeHead(500).end(String(error)));
});

server.listen(0, "127.0.0.1", () => console.log(`Listening on ${server.address().port}`));
