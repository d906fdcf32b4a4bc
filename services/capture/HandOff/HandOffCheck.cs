using KoopmanMesh.Replacement.V1;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Capture.HandOff;

/// <summary>What a hand-off is refused for before anything is built.</summary>
internal static class HandOffCheck
{
    public const int DefaultTimeoutSeconds = 300;

    private const int LongestTimeoutSeconds = 7 * 24 * 3600;

    // Goes back with its counterexample in one message of 4 MiB, and a counterexample takes half as much.
    private const int LongestProperty = 2 << 20;

    // "(declare-const X_0 Real)\n(assert (>= X_0 0.0))\n(assert (<= X_0 0.0))\n": what a feature takes at least.
    private const int CharactersOfAFeature = 70;

    public static void Request(BuildHandOffRequest request)
    {
        Require(request.Original is not null, "MODEL_MISSING", "the request names no original", "original");
        Require(request.Hybrid is not null, "MODEL_MISSING", "the request names no hybrid", "hybrid");
        Require(
            request.Epsilon > 0 && double.IsFinite(request.Epsilon), "EPSILON_INVALID",
            FormattableString.Invariant($"epsilon is {request.Epsilon}, expected a number above 0"), "epsilon");
        Require(
            request.TimeoutSeconds is >= 0 and <= LongestTimeoutSeconds, "TIMEOUT_INVALID",
            $"the timeout is {request.TimeoutSeconds} seconds, expected 1 to {LongestTimeoutSeconds}, or 0 for "
            + $"{DefaultTimeoutSeconds}", "timeout_seconds");
    }

    /// <summary>A property that is too long to be read back is none.</summary>
    public static void Width(string network, int features)
    {
        const int most = LongestProperty / CharactersOfAFeature;
        if (features > most)
        {
            throw new CapacityException(
                "PROPERTY_TOO_LARGE",
                $"'{network}' takes {features} features, and a property of {LongestProperty} characters has room for "
                + $"{most} at most");
        }
    }

    public static string Property(string text) => text.Length <= LongestProperty
        ? text
        : throw new CapacityException(
            "PROPERTY_TOO_LARGE",
            $"the property has {text.Length} characters, at most {LongestProperty} can be replayed");

    private static void Require(bool holds, string reason, string message, string field)
    {
        if (!holds)
        {
            throw new InvalidRequestException(reason, message, field);
        }
    }
}
