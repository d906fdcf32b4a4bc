using Microsoft.Extensions.Options;

namespace KoopmanMesh.Capture;

/// <summary>Limits of the capture service.</summary>
public sealed class CaptureOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Capture";

    /// <summary>Default of <see cref="MaxAccumulatorBytes"/>: 2 GiB.</summary>
    public const long DefaultMaxAccumulatorBytes = 2L << 30;

    /// <summary>Default of <see cref="ChunkBytes"/>: 64 KiB, below the large-object threshold of a receiver.</summary>
    public const int DefaultChunkBytes = 64 * 1024;

    /// <summary>
    /// Most bytes that the accumulators of one run may take together in the koopman service, at least 16 MiB. A run of
    /// wide cuts gets fewer row blocks to stay below it, and is refused when ten are still too many. Default: 2 GiB.
    /// </summary>
    public long MaxAccumulatorBytes { get; set; } = DefaultMaxAccumulatorBytes;

    /// <summary>
    /// Snapshot bytes in one message, 1 KiB to 2 MiB; a message holds one row at least. Default: 64 KiB.
    /// </summary>
    public int ChunkBytes { get; set; } = DefaultChunkBytes;
}

/// <summary>Lists everything that is wrong with <see cref="CaptureOptions"/>.</summary>
internal sealed class CaptureOptionsValidator : IValidateOptions<CaptureOptions>
{
    private const long MinAccumulatorBytes = 16L << 20;
    private const int MinChunkBytes = 1 << 10;
    private const int MaxChunkBytes = 2 << 20;

    public ValidateOptionsResult Validate(string? name, CaptureOptions options)
    {
        List<string> failures = [];
        if (options.MaxAccumulatorBytes < MinAccumulatorBytes)
        {
            failures.Add(
                $"Capture:MaxAccumulatorBytes is {options.MaxAccumulatorBytes}, "
                + $"expected at least {MinAccumulatorBytes} bytes");
        }

        if (options.ChunkBytes is < MinChunkBytes or > MaxChunkBytes)
        {
            failures.Add(
                $"Capture:ChunkBytes is {options.ChunkBytes}, expected {MinChunkBytes} to {MaxChunkBytes} bytes");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
