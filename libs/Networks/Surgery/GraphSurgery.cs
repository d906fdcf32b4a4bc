namespace KoopmanMesh.Networks.Surgery;

/// <summary>x</summary>
public static class GraphSurgery;
