namespace KoopmanMesh.Networks.Verification;

/// <summary>The operators that tools of the verification competition have in common.</summary>
public static class VnnCompOperators
{
    private static readonly HashSet<string> Common =
        ["Gemm", "MatMul", "Add", "Sub", "Relu", "Conv", "Flatten", "Reshape"];

    /// <summary>The operators of a network that not every tool accepts, each once, in order of appearance.</summary>
    public static IReadOnlyList<string> Beyond(NetworkModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. model.Operators.Distinct().Where(op => !Common.Contains(op))];
    }
}
