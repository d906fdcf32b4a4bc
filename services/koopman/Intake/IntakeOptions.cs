using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>What accumulators may hold in memory.</summary>
internal sealed class IntakeOptions
{
    public const string SectionName = "Intake";

    /// <summary>Default of <see cref="MaxAccumulatorBytes"/>: 8 GiB.</summary>
    public const long DefaultMaxAccumulatorBytes = 8L << 30;

    /// <summary>
    /// The accumulators of all open streams, merges and fits together, in bytes, at least 1 MiB; what would exceed it
    /// is refused until others are done. Default: 8 GiB.
    /// </summary>
    public long MaxAccumulatorBytes { get; set; } = DefaultMaxAccumulatorBytes;
}

/// <summary>Lists everything that is wrong with <see cref="IntakeOptions"/>.</summary>
internal sealed class IntakeOptionsValidator : IValidateOptions<IntakeOptions>
{
    private const long Least = 1L << 20;

    public ValidateOptionsResult Validate(string? name, IntakeOptions options) => options.MaxAccumulatorBytes >= Least
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail(
            $"Intake:MaxAccumulatorBytes is {options.MaxAccumulatorBytes}, expected at least {Least} bytes");
}
