/** Generated from versions.txt by .ci/generate-registry.mjs: change that file, not this one. */
export const VERSIONS = "0002 SSL 2.0\n0300 SSL 3.0\n0301 TLS 1.0\n0302 TLS 1.1\n0303 TLS 1.2\n0304 TLS 1.3";
