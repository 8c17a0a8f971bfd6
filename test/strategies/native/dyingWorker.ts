// The worker's entry; its thread ends before its second write.
import "./deadlyWrites";
import "../../../src/strategies/native/worker";
