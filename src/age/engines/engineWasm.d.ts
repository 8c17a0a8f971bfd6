/** The engine compiled from src/age/wasm. The builds put its bytes here (scripts/engine). */
declare module "*/wasm/engine.wasm" {
  const bytes: Uint8Array;
  export default bytes;
}
