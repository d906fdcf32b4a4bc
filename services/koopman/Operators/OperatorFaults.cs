using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>
/// What the numerics refuse, told as the caller's error: here everything they are given comes from the caller, unlike
/// in a run, where it comes from a network.
/// </summary>
internal static class OperatorFaults
{
    /// <param name="call">The work.</param>
    /// <param name="data">The field that the data came in.</param>
    public static async Task<T> TellAsync<T>(Task<T> call, string data)
    {
        try
        {
            return await call;
        }
        catch (Exception e) when (Told(e, data) is { } told)
        {
            throw told;
        }
    }

    private static KoopmanMeshException? Told(Exception e, string data) => e switch
    {
        EstimatorRequestException { Option: "method" } =>
            new InvalidRequestException("METHOD_UNKNOWN", e.Message, "header.options.method", e),
        EstimatorRequestException request =>
            new InvalidRequestException("OPTIONS_INVALID", e.Message, $"header.options.{request.Option}", e),
        ObservablesException =>
            new InvalidRequestException("OPTIONS_INVALID", e.Message, "header.options.dictionary", e),
        ShapeMismatchException or SnapshotShapeException =>
            new InvalidRequestException("DATA_SHAPE_INVALID", e.Message, data, e),
        NonFiniteDataException or NonFiniteSnapshotException =>
            new InvalidRequestException("DATA_NOT_FINITE", e.Message, data, e),
        NotConvergedException => new PreconditionException("NOT_CONVERGED", "data", e.Message, e),

        // Data or an option of a size that no method works with. The message ends with lines for programmers.
        ArgumentOutOfRangeException => new InvalidRequestException(
            "OUT_OF_RANGE", e.Message.Split(" (Parameter", 2)[0], data, e),
        _ => null,
    };
}
