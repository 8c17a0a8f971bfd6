// The test vectors of RFC 8439 that concern a cipher without additional data.

const zeros = (length: number): string => "00".repeat(length);
const utf8 = (text: string): string => Buffer.from(text).toString("hex");

const contribution =
  "Any submission to the IETF intended by the Contributor for publication as all or part of an IETF " +
  "Internet-Draft or RFC and any statement made within the context of an IETF activity is considered " +
  'an "IETF Contribution". Such statements include oral statements in IETF sessions, as well as written ' +
  "and electronic communications made at any time or place, which are addressed to";
const brillig =
  "'Twas brillig, and the slithy toves\nDid gyre and gimble in the wabe:\nAll mimsy were the borogoves,\n" +
  "And the mome raths outgrabe.";
const sunscreen =
  "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen " +
  "would be it.";

const countingKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const zeroKey = zeros(32);
const oneKey = `${zeros(31)}01`;
const brilligKey = "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0";

/** A ChaCha20 encryption from a block counter on; all in hex. */
export interface EncryptionVector {
  readonly name: string;
  readonly key: string;
  readonly nonce: string;
  readonly counter: number;
  readonly plaintext: string;
  readonly ciphertext: string;
}

/** The encryptions with a block counter of 1 or more: no message uses block 0. */
export const encryptions: readonly EncryptionVector[] = [
  {
    name: "2.3.2, the block function",
    key: countingKey,
    nonce: "000000090000004a00000000",
    counter: 1,
    plaintext: zeros(64),
    ciphertext:
      "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e" +
      "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e",
  },
  {
    name: "2.4.2, an encryption",
    key: countingKey,
    nonce: "000000000000004a00000000",
    counter: 1,
    plaintext: utf8(sunscreen),
    ciphertext:
      "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0b" +
      "f91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f530c359f0861d8" +
      "07ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab7793736" +
      "5af90bbf74a35be6b40b8eedf2785e42874d",
  },
  {
    name: "2.8.2, without its additional data",
    key: "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
    nonce: "070000004041424344454647",
    counter: 1,
    plaintext: utf8(sunscreen),
    ciphertext:
      "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6" +
      "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36" +
      "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc" +
      "3ff4def08e4b7a9de576d26586cec64b6116",
  },
  {
    name: "A.1 #2",
    key: zeroKey,
    nonce: zeros(12),
    counter: 1,
    plaintext: zeros(64),
    ciphertext:
      "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed" +
      "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f",
  },
  {
    name: "A.1 #3",
    key: oneKey,
    nonce: zeros(12),
    counter: 1,
    plaintext: zeros(64),
    ciphertext:
      "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a" +
      "8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0",
  },
  {
    name: "A.1 #4",
    key: `00ff${zeros(30)}`,
    nonce: zeros(12),
    counter: 2,
    plaintext: zeros(64),
    ciphertext:
      "72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca" +
      "13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096",
  },
  {
    name: "A.2 #2",
    key: oneKey,
    nonce: `${zeros(11)}02`,
    counter: 1,
    plaintext: utf8(contribution),
    ciphertext:
      "a3fbf07df3fa2fde4f376ca23e82737041605d9f4f4f57bd8cff2c1d4b7955ec" +
      "2a97948bd3722915c8f3d337f7d370050e9e96d647b7c39f56e031ca5eb6250d" +
      "4042e02785ececfa4b4bb5e8ead0440e20b6e8db09d881a7c6132f420e527950" +
      "42bdfa7773d8a9051447b3291ce1411c680465552aa6c405b7764d5e87bea85a" +
      "d00f8449ed8f72d0d662ab052691ca66424bc86d2df80ea41f43abf937d3259d" +
      "c4b2d0dfb48a6c9139ddd7f76966e928e635553ba76c5c879d7b35d49eb2e62b" +
      "0871cdac638939e25e8a1e0ef9d5280fa8ca328b351c3c765989cbcf3daa8b6c" +
      "cc3aaf9f3979c92b3720fc88dc95ed84a1be059c6499b9fda236e7e818b04b0b" +
      "c39c1e876b193bfe5569753f88128cc08aaa9b63d1a16f80ef2554d7189c411f" +
      "5869ca52c5b83fa36ff216b9c1d30062bebcfd2dc5bce0911934fda79a86f6e6" +
      "98ced759c3ff9b6477338f3da4f9cd8514ea9982ccafb341b2384dd902f3d1ab" +
      "7ac61dd29c6f21ba5b862f3730e37cfdc4fd806c22f221",
  },
  {
    name: "A.2 #3",
    key: brilligKey,
    nonce: `${zeros(11)}02`,
    counter: 42,
    plaintext: utf8(brillig),
    ciphertext:
      "62e6347f95ed87a45ffae7426f27a1df5fb69110044c0d73118effa95b01e5cf" +
      "166d3df2d721caf9b21e5fb14c616871fd84c54f9d65b283196c7fe4f60553eb" +
      "f39c6402c42234e32a356b3e764312a61a5532055716ead6962568f87d3f3f77" +
      "04c6a8d1bcd1bf4d50d6154b6da731b187b58dfd728afa36757a797ac188d1",
  },
];

/** The one-time keys of Poly1305, which begin block 0; all in hex. */
export const oneTimeKeys: readonly [name: string, key: string, nonce: string, result: string][] = [
  [
    "2.6.2",
    "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
    "000000000001020304050607",
    "8ad5a08b905f81cc815040274ab29471a833b637e3fd0da508dbb8e2fdd1a646",
  ],
  [
    "A.4 #1",
    zeroKey,
    zeros(12),
    "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7",
  ],
  [
    "A.4 #2",
    oneKey,
    `${zeros(11)}02`,
    "ecfa254f845f647473d3cb140da9e87606cb33066c447b87bc2666dde3fbb739",
  ],
  [
    "A.4 #3",
    brilligKey,
    `${zeros(11)}02`,
    "965e3bc6f9ec7ed9560808f4d229f94b137ff275ca9b3fcbdd59deaad23310ae",
  ],
  [
    "A.1 #5",
    zeroKey,
    `${zeros(11)}02`,
    "c2c64d378cd536374ae204b9ef933fcd1a8b2288b3dfa49672ab765b54ee27c7",
  ],
];

const r = "36e5f6b5c5e06070f0efca96227a863e";
const ones = "ff".repeat(16);

/** The tags of Poly1305; all in hex. */
export const macs: readonly [name: string, key: string, message: string, tag: string][] = [
  [
    "2.5.2",
    "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b",
    utf8("Cryptographic Forum Research Group"),
    "a8061dc1305136c6c22b8baf0c0127a9",
  ],
  ["A.3 #1", zeroKey, zeros(64), zeros(16)],
  ["A.3 #2, r is 0", zeros(16) + r, utf8(contribution), r],
  ["A.3 #3, s is 0", r + zeros(16), utf8(contribution), "f3477e7cd95417af89a6b8794c310cf0"],
  ["A.3 #4", brilligKey, utf8(brillig), "4541669a7eaaee61e708dc7cbcc5eb62"],
  ["A.3 #5, 2^130 - 2 is 3", `02${zeros(31)}`, ones, `03${zeros(15)}`],
  ["A.3 #6, s overflows", `02${zeros(15)}${ones}`, `02${zeros(15)}`, `03${zeros(15)}`],
  [
    "A.3 #7, a carry out of each word",
    `01${zeros(31)}`,
    `${ones}f0${"ff".repeat(15)}11${zeros(15)}`,
    `05${zeros(15)}`,
  ],
  [
    "A.3 #8, 2^130 - 5 exactly",
    `01${zeros(31)}`,
    `${ones}fb${"fe".repeat(15)}${"01".repeat(16)}`,
    zeros(16),
  ],
  ["A.3 #9, 2^130 - 6", `02${zeros(31)}`, `fd${"ff".repeat(15)}`, `fa${"ff".repeat(15)}`],
  [
    "A.3 #10",
    `0100000000000000040000000000000000000000000000000000000000000000`,
    `e33594d7505e43b9${zeros(8)}3394d7505e4379cd01${zeros(7)}${zeros(16)}01${zeros(15)}`,
    "14000000000000005500000000000000",
  ],
  [
    "A.3 #11",
    `0100000000000000040000000000000000000000000000000000000000000000`,
    `e33594d7505e43b9${zeros(8)}3394d7505e4379cd01${zeros(7)}${zeros(16)}`,
    `13${zeros(15)}`,
  ],
];
