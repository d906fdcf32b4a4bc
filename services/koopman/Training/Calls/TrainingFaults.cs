using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Training.Windows;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Koopman.Training.Calls;

/// <summary>
/// What the numerics refuse, told as the caller's error: here everything they are given comes from the caller.
/// </summary>
internal static class TrainingFaults
{
    /// <param name="work">The work.</param>
    /// <param name="field">Of the request, that the data or the options came in.</param>
    public static async Task<T> TellAsync<T>(Task<T> work, string field)
    {
        try
        {
            return await work;
        }
        catch (Exception e) when (Told(e, field) is { } told)
        {
            throw told;
        }
    }

    private static KoopmanMeshException? Told(Exception e, string field) => e switch
    {
        NoLimitException => new PreconditionException("NO_LIMIT", field, e.Message, e),
        NotConvergedException => new PreconditionException("NOT_CONVERGED", field, e.Message, e),
        NonFiniteDataException => new PreconditionException("RESULT_NOT_FINITE", field, e.Message, e),
        ObservablesException => new InvalidRequestException("TRAINING_OPTIONS_INVALID", e.Message, field, e),
        ShapeMismatchException => new PreconditionException("SNAPSHOTS_UNFIT", field, e.Message, e),

        // Snapshots or an option that no method works with. The message ends with lines for programmers.
        ArgumentException => new InvalidRequestException(
            "TRAINING_OPTIONS_INVALID", e.Message.Split(" (Parameter", 2)[0].Split('\n', 2)[0], field, e),
        _ => null,
    };
}
