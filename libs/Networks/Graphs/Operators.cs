namespace KoopmanMesh.Networks.Graphs;

/// <summary>What the standard operators are to this library, by name.</summary>
internal static class Operators
{
    /// <summary>Nonlinear, one element at a time.</summary>
    public static readonly HashSet<string> Activations =
    [
        "Relu", "LeakyRelu", "PRelu", "ThresholdedRelu", "Elu", "Celu", "Selu", "Gelu", "Mish", "Softplus", "Softsign",
        "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Clip", "Erf", "Exp", "Log", "Sqrt", "Abs", "Sign", "Floor",
        "Ceil", "Round", "Reciprocal", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh",
        "Atanh", "Not", "IsNaN", "IsInf", "Pow", "Max", "Min", "Where", "Greater", "GreaterOrEqual", "Less",
        "LessOrEqual", "Equal", "And", "Or", "Xor", "Mod",
    ];

    /// <summary>Rows of numbers to distributions.</summary>
    public static readonly HashSet<string> Softmaxes = ["Softmax", "LogSoftmax", "Hardmax"];

    /// <summary>Affine, one element at a time, when the other side is a constant.</summary>
    public static readonly HashSet<string> Arithmetic = ["Add", "Sub", "Mul", "Div", "Neg", "Sum", "Mean"];

    /// <summary>Values pass unchanged, and so does the shape.</summary>
    public static readonly HashSet<string> Copies = ["Identity", "Cast", "Dropout", "CastLike"];

    /// <summary>Same values in the same order, another shape.</summary>
    public static readonly HashSet<string> Reflows = ["Reshape", "Flatten", "Squeeze", "Unsqueeze"];

    /// <summary>The same values elsewhere, or some of them.</summary>
    public static readonly HashSet<string> Moves =
        ["Transpose", "Slice", "Gather", "Split", "Pad", "DepthToSpace", "SpaceToDepth", "Concat", "Expand", "Tile"];

    /// <summary>Dense matrix products.</summary>
    public static readonly HashSet<string> Products = ["MatMul", "Gemm"];

    /// <summary>Convolutions.</summary>
    public static readonly HashSet<string> Convolutions = ["Conv", "ConvTranspose"];

    /// <summary>Pooling and resampling over space.</summary>
    public static readonly HashSet<string> Pools =
    [
        "MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool", "Resize", "Upsample",
    ];

    /// <summary>Normalisation layers.</summary>
    public static readonly HashSet<string> Normalizations =
    [
        "BatchNormalization", "InstanceNormalization", "LayerNormalization", "GroupNormalization", "LRN",
        "LpNormalization", "MeanVarianceNormalization", "RMSNormalization",
    ];

    /// <summary>Reductions along axes.</summary>
    public static readonly HashSet<string> Reductions =
    [
        "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum",
        "ReduceLogSumExp", "ReduceSumSquare", "ArgMax", "ArgMin",
    ];

    /// <summary>The specification gives them a leading batch axis that they never mix.</summary>
    public static readonly HashSet<string> BatchFirst =
    [
        .. Convolutions, .. Pools.Except(["Upsample"]), "BatchNormalization", "InstanceNormalization",
        "GroupNormalization", "LRN", "DepthToSpace", "SpaceToDepth",
    ];

    /// <summary>One element at a time, with broadcasting.</summary>
    public static bool IsElementwise(string op) =>
        Activations.Contains(op) || Arithmetic.Contains(op) || Copies.Contains(op);
}
