using System.Globalization;

namespace KoopmanMesh.Cli.Up;

/// <summary>How many processes of each service there are.</summary>
internal sealed record ReplicaCounts(int Capture, int Koopman, int Credit)
{
    /// <summary>Most of one service: each is a process, and so is its sidecar.</summary>
    public const int Most = 32;

    /// <summary>Replicas of all services.</summary>
    public int All => Capture + Koopman + Credit;

    /// <summary>One of each.</summary>
    public static ReplicaCounts One { get; } = new(1, 1, 1);

    /// <summary>Reads <c>capture=2,koopman=2,credit=1</c>; what is not named is 1.</summary>
    /// <exception cref="FormatException">It can't be read; the message says why in one sentence.</exception>
    public static ReplicaCounts Parse(string text)
    {
        var counts = One;
        HashSet<string> named = [];
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Split('=', StringSplitOptions.TrimEntries) is not [var service, var number]
                || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                || count is < 1 or > Most)
            {
                throw new FormatException(
                    $"'{part}' in '{text}' is not a number of replicas, expected a list like "
                    + $"capture=2,koopman=2,credit=1 with 1 to {Most} of each");
            }

            if (!named.Add(service))
            {
                throw new FormatException($"'{service}' comes twice in '{text}', expected each service once");
            }

            counts = service switch
            {
                "capture" => counts with { Capture = count },
                "koopman" => counts with { Koopman = count },
                "credit" => counts with { Credit = count },
                _ => throw new FormatException(
                    $"'{service}' in '{text}' is no service, expected capture, koopman or credit"),
            };
        }

        return counts;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"capture={Capture},koopman={Koopman},credit={Credit}");
}
