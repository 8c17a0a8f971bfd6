// The worker's entry, whose thread ends before its second write.
import "./deadlyWrites";
import "../../../src/strategies/native/worker";
