using System.Text.Json;

namespace KoopmanMesh.Cli.Scaling.Model;

/// <summary>a + b w + c w²: seconds a row of a component whose accumulator is w wide.</summary>
internal sealed record FoldCost(double Constant, double Linear, double Square)
{
    public double Seconds(double width) => Constant + (Linear * width) + (Square * width * width);
}

/// <summary>a + b w² + c w³: seconds of a fit.</summary>
internal sealed record FitCost(double Constant, double Square, double Cube)
{
    public double Seconds(double width) =>
        Constant + (Square * width * width) + (Cube * width * width * width);
}

/// <summary>
/// What one core, the ledger and the bus took here: measured by <c>eng/bench.sh mesh</c>, which writes the file that
/// this build has in it. All in seconds.
/// </summary>
internal sealed record MeshConstants
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Command, commit and machine.</summary>
    public required string Source { get; init; }

    /// <summary>Read one input value from an uncompressed file, in the network's order.</summary>
    public required double ReadValue { get; init; }

    /// <summary>One operation of the network's forward pass.</summary>
    public required double NetworkFlop { get; init; }

    /// <summary>
    /// Send a byte of snapshots to another process: a core's time at the sender, by the transport's benchmark.
    /// </summary>
    public required double SendByte { get; init; }

    /// <summary>The same at the receiver.</summary>
    public required double ReceiveByte { get; init; }

    /// <summary>Add a row to an accumulator.</summary>
    public required FoldCost Fold { get; init; }

    /// <summary>Store a byte of an artifact: hash, write, fsync.</summary>
    public required double StoreByte { get; init; }

    /// <summary>Verify and read a byte of an artifact that this process has not verified yet.</summary>
    public required double LoadByte { get; init; }

    /// <summary>Parse and add a byte of one accumulator to another.</summary>
    public required double MergeByte { get; init; }

    /// <summary>Fit a component from its accumulator.</summary>
    public required FitCost Fit { get; init; }

    /// <summary>Score and audit, for each bootstrap replicate and component.</summary>
    public required double ScoreReplicate { get; init; }

    /// <summary>From work being ready to its claim, where a replica is idle.</summary>
    public required double Dispatch { get; init; }

    /// <summary>What a piece of work costs beside its own computation.</summary>
    public required double Piece { get; init; }

    /// <summary>One statement of the ledger, with clients enough to keep it busy.</summary>
    public required double LedgerStatement { get; init; }

    /// <summary>One piece of work in a list of them.</summary>
    public required double LedgerItem { get; init; }

    /// <summary>One change of a run's record, which only one can make at a time.</summary>
    public required double RunUpdate { get; init; }

    /// <summary>One event, published and delivered.</summary>
    public required double Event { get; init; }

    /// <summary>Those of this build.</summary>
    public static MeshConstants Measured()
    {
        using var stream = typeof(MeshConstants).Assembly.GetManifestResourceStream("scaling/measured.json")
            ?? throw new InvalidOperationException("This build lacks the embedded file \"scaling/measured.json\".");
        return JsonSerializer.Deserialize<MeshConstants>(stream, _json)!;
    }
}
