using KoopmanMesh.Networks.Onnx;

namespace KoopmanMesh.Networks.Components;

/// <summary>A contiguous part of a network, with one tensor in and one tensor out.</summary>
public sealed record Component
{
    /// <summary>Position in the chain, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Unique in the chain and stable for a model: its kind and a running number, like "dense_2".</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required ComponentKind Kind { get; init; }

    /// <summary>Its operators, in execution order.</summary>
    public required IReadOnlyList<string> Operators { get; init; }

    /// <summary>The tensor it reads.</summary>
    public required TensorLayout Input { get; init; }

    /// <summary>The tensor it writes.</summary>
    public required TensorLayout Output { get; init; }

    /// <summary>Number of floating-point constants it uses; shared ones count in every component.</summary>
    public required long Parameters { get; init; }

    /// <summary>Its affine part, when it is a single dense layer; null otherwise.</summary>
    public DenseWeights? Dense { get; init; }

    /// <summary>Whether it adds a branch to (nearly) its input, so that the branch can be skipped.</summary>
    public bool IsResidual => Join is not null;

    /// <summary>Name of the tensor it reads.</summary>
    public string InputTensor => Input.Name;

    /// <summary>Name of the tensor it writes.</summary>
    public string OutputTensor => Output.Name;

    /// <summary>Shape of a row going in.</summary>
    public IReadOnlyList<long> InputShape => Input.RowShape;

    /// <summary>Shape of a row coming out.</summary>
    public IReadOnlyList<long> OutputShape => Output.RowShape;

    internal ResidualJoin? Join { get; init; }

    internal IReadOnlyList<NodeProto> Nodes { get; init; } = [];
}
