using KoopmanMesh.Networks.Components;

namespace KoopmanMesh.Networks.Execution;

/// <summary>A component run by itself on its captured input, against its captured output.</summary>
public sealed record ComponentReplay(Component Component, TensorDifference Difference);
