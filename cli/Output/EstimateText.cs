using KoopmanMesh.Run.V1;
using Spectre.Console;

namespace KoopmanMesh.Cli.Output;

/// <summary>An estimate in one sentence.</summary>
internal static class EstimateText
{
    public static void Write(IAnsiConsole console, EstimateRunResponse estimate) => console.WriteLine(
        $"{estimate.Rows:N0} rows through {estimate.Components} components: "
        + $"{Bytes(estimate.SnapshotBytes)} of snapshots, "
        + $"about {estimate.CaptureSeconds:0.0} s of capture (measured on {estimate.SampledRows:N0} rows), "
        + $"largest accumulator {Bytes(estimate.AccumulatorBytes)}");

    private static string Bytes(long bytes) => bytes switch
    {
        < 1_000_000 => $"{bytes / 1e3:0.0} kB",
        < 1_000_000_000 => $"{bytes / 1e6:0.0} MB",
        _ => $"{bytes / 1e9:0.0} GB",
    };
}
