using System.Globalization;

namespace KoopmanMesh.Sidecar.Faults;

/// <summary>
/// Faults on demand, by environment: SIDECAR_DUPLICATE, SIDECAR_DROP and SIDECAR_SHUFFLE are shares of the events
/// (0 to 1), SIDECAR_DELAY is in milliseconds, SIDECAR_SEED decides which.
/// </summary>
/// <param name="Duplicate">Share delivered twice.</param>
/// <param name="Drop">Share acknowledged and never delivered.</param>
/// <param name="Shuffle">Share held back, so that later ones overtake it.</param>
/// <param name="Delay">Longest pause before a delivery; each takes some of it.</param>
/// <param name="Seed">Of the choices.</param>
internal sealed record FaultOptions(double Duplicate, double Drop, double Shuffle, TimeSpan Delay, int Seed)
{
    private const string Prefix = "SIDECAR_";

    public static FaultOptions OfEnvironment() => new(
        Number("DUPLICATE"),
        Number("DROP"),
        Number("SHUFFLE"),
        TimeSpan.FromMilliseconds(Number("DELAY")),
        (int)Number("SEED"));

    private static double Number(string name) =>
        Environment.GetEnvironmentVariable(Prefix + name) is { Length: > 0 } text
            ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)
            : 0;
}
