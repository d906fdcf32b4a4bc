namespace KoopmanMesh.Numerics.Training.Windows;

/// <summary>A window has no trusted mode near one, so that nothing says where training ends.</summary>
public sealed class NoLimitException : InvalidOperationException
{
    /// <summary>Says what the window has instead.</summary>
    public NoLimitException(TrainingWindow window)
        : base(Text(window)) => Window = window;

    /// <summary>The window.</summary>
    public TrainingWindow Window { get; }

    private static string Text(TrainingWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        return FormattableString.Invariant(
            $"the window of steps {window.FirstStep} to {window.LastStep} has no trusted mode within ")
            + FormattableString.Invariant(
                $"{window.Options.Nearness} of 1 among {window.Modes.Length}, so that no limit can be predicted");
    }
}
