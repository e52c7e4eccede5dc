// SCIMMY on Express with its resources in memory: `node server.mjs scanning|indexed`.
//
// "scanning" hands every resource to SCIMMY's own filter, as its documentation does;
// "indexed" answers an `eq` on the unique attribute from a map and cuts pages itself,
// which is the best that a handler can do.

import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";
import { randomUUID } from "node:crypto";

const indexed = process.argv[2] === "indexed";
const token = process.env.TOKEN;

class Store {
  resources = new Map();
  keys = new Map();

  constructor(unique) {
    this.unique = unique;
  }

  key(value) {
    return String(value).toLowerCase();
  }

  holder(value) {
    if (indexed) return this.keys.get(this.key(value));
    for (const [id, resource] of this.resources)
      if (this.key(resource[this.unique]) === this.key(value)) return id;
  }

  write(resource, data) {
    const id = resource.id ?? randomUUID();
    const holder = this.holder(data[this.unique]);
    if (holder !== undefined && holder !== id)
      throw new SCIMMY.Types.Error(409, "uniqueness", `${this.unique} is taken`);
    const old = this.resources.get(id);
    if (resource.id && !old) throw new SCIMMY.Types.Error(404, null, "Not found");
    if (old) this.keys.delete(this.key(old[this.unique]));
    const now = new Date();
    const meta = { created: old?.meta.created ?? now, lastModified: now };
    const saved = { ...data, id, meta };
    this.resources.set(id, saved);
    this.keys.set(this.key(saved[this.unique]), id);
    return saved;
  }

  read(resource) {
    if (resource.id) {
      const found = this.resources.get(resource.id);
      if (!found) throw new SCIMMY.Types.Error(404, null, "Not found");
      return found;
    }
    return indexed ? this.page(resource) : this.scan(resource);
  }

  scan(resource) {
    const all = [...this.resources.values()];
    return resource.filter ? resource.filter.match(all) : all;
  }

  page(resource) {
    const wanted = this.wanted(resource.filter);
    if (wanted !== undefined) {
      const id = this.holder(wanted);
      return id === undefined ? [] : [this.resources.get(id)];
    }
    const { startIndex = 1, count = 20 } = resource.constraints ?? {};
    if (resource.filter || startIndex !== 1) return this.scan(resource);
    resource.constraints.totalResults = this.resources.size;
    return [...first(this.resources, count)];
  }

  wanted(filter) {
    const [operator, value] = filter?.length === 1 ? (filter[0][this.unique] ?? []) : [];
    return operator === "eq" ? value : undefined;
  }
}

function* first(resources, count) {
  for (const resource of resources.values()) {
    if (count-- <= 0) return;
    yield resource;
  }
}

function declare(type, store) {
  SCIMMY.Resources.declare(type)
    .ingress((resource, data) => store.write(resource, data))
    .egress((resource) => store.read(resource))
    .degress((resource) => store.resources.delete(resource.id));
}

declare(SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false), new Store("userName"));
declare(SCIMMY.Resources.Group, new Store("displayName"));

const app = express();
app.use(
  "/scim/v2",
  new SCIMMYRouters({
    type: "bearer",
    handler(request) {
      if (request.header("Authorization") !== `Bearer ${token}`) throw new Error("Unknown token");
      return "entra";
    },
  }),
);
app.listen(Number(process.env.PORT), "127.0.0.1");
