namespace KoopmanMesh.Capture.Replacing.Planning;

/// <summary>What a score is.</summary>
internal enum Measure
{
    /// <summary>Share of rows whose top class is the label's.</summary>
    Accuracy,

    /// <summary>Share of rows whose top class is the original's.</summary>
    Agreement,

    /// <summary>1 - relative RMSE of the outputs.</summary>
    Fidelity,
}

/// <summary>Measures in words.</summary>
internal static class Measures
{
    /// <summary>By labels, else by classes, else by numbers.</summary>
    public static Measure Of(bool labelled, int outputWidth) => labelled ? Measure.Accuracy
        : outputWidth > 1 ? Measure.Agreement
        : Measure.Fidelity;

    /// <summary>As reports name it.</summary>
    public static string Name(this Measure measure) => measure switch
    {
        Measure.Accuracy => "accuracy",
        Measure.Agreement => "agreement",
        _ => "fidelity",
    };
}
