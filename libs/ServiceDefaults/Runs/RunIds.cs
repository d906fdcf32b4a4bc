using System.Text.RegularExpressions;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.ServiceDefaults.Runs;

/// <summary>
/// Run ids: lower-case letters, digits and hyphens, 1 to 63 of them, so that they are safe in paths, URLs and labels.
/// </summary>
public static partial class RunIds
{
    /// <summary>A new id; ids made later sort later.</summary>
    public static string New(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return $"r-{Guid.CreateVersion7(time.GetUtcNow()):N}";
    }

    /// <summary>Whether <paramref name="runId"/> is well-formed.</summary>
    public static bool IsValid(string? runId) => runId is not null && Pattern().IsMatch(runId);

    /// <summary>Returns <paramref name="runId"/> if it is well-formed.</summary>
    /// <exception cref="InvalidRequestException">It is not.</exception>
    public static string Require(string? runId) => IsValid(runId)
        ? runId!
        : throw new InvalidRequestException(
            "RUN_ID_INVALID",
            $"a run id is 1 to 63 lower-case letters, digits and hyphens, got {Quoted(runId)}",
            "run_id");

    private static string Quoted(string? runId) => runId switch
    {
        null or "" => "none",
        { Length: > 80 } => $"{runId.Length} characters",
        _ => $"'{runId}'",
    };

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z")]
    private static partial Regex Pattern();
}
