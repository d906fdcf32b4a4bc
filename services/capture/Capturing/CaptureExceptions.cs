using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>The network gave a NaN or an infinity, after which no number of the run would mean anything.</summary>
internal sealed class NonFiniteActivationException(
    string tensor, long row, int unit, float value) : KoopmanMeshException(
    ErrorKind.FailedPrecondition,
    "NON_FINITE_ACTIVATION",
    FormattableString.Invariant(
        $"row {row} gives {value} in unit {unit} of '{tensor}', expected finite activations; check the data's scale"));

/// <summary>The network with probes does not compute what the network computes.</summary>
internal sealed class ParityViolationException(string what, double difference, double limit) : KoopmanMeshException(
    ErrorKind.FailedPrecondition,
    "PARITY_VIOLATION",
    FormattableString.Invariant($"{what} differs by {difference:0.0e+0} relative from the network itself, ")
    + FormattableString.Invariant($"allowed is {limit:0.0e+0}: the capture can't be trusted"));
