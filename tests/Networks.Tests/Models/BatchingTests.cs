namespace KoopmanMesh.Networks.Tests.Models;

public sealed class BatchingTests
{
    [Fact]
    public void FreeAxis_RowsApart_StaysFree()
    {
        var model = Dense(-1).Load();

        Assert.Equal(Batching.Free, model.Batching);
        Assert.Equal([3], model.Input.RowShape);
        Assert.Equal([2], model.Output.RowShape);
        Assert.Empty(model.Repairs);
    }

    [Fact]
    public void FreeAxis_ThatMixesRows_KeepsThemApart()
    {
        // Subtracting the mean over the batch: the file says rows are free, the arithmetic says they are not.
        var builder = new GraphBuilder().Input("x", -1, 3).Output("y", -1, 3)
            .Node("ReduceMean", "x", "m", ("axes", new long[] { 0 }), ("keepdims", 1)).Node("Sub", "x m", "d")
            .Node("Add", "d x", "y");
        var rows = TestRows.Normal(6, seed: 1);

        var model = builder.Load();

        Assert.Equal(Batching.Rewritten, model.Batching);
        Assert.Equal(rows, TestRows.Run(model, rows));
        Assert.Contains(model.Repairs, note =>
            note.StartsWith("The file declares a free batch axis, but", StringComparison.Ordinal));
    }

    [Fact]
    public void FixedAxis_OperatorWithoutRule_RunsRowByRow()
    {
        var builder = new GraphBuilder().Input("x", 1, 3).Output("y", 1, 3).Integers("axis", 1)
            .Node("CumSum", "x axis", "y");

        var model = builder.Load();

        Assert.Equal(Batching.RowByRow, model.Batching);
        Assert.Equal([1, 3, 6, 4, 9, 15], TestRows.Run(model, [1, 2, 3, 4, 5, 6]));
        Assert.Contains(model.Repairs, note => note.Contains("CumSum 'n0' has no rule", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void FixedAxis_DenseLayer_IsFreed(int batch)
    {
        var rows = TestRows.Normal(7 * 3, seed: 2);

        var model = Dense(batch).Load();

        Assert.Equal(Batching.Rewritten, model.Batching);
        Assert.Equal([3], model.Input.RowShape);
        TestRows.AssertClose(TestRows.Run(Dense(-1).Load(), rows), TestRows.Run(model, rows));
    }

    [Fact]
    public void FixedAxis_WholeTensorIsTheRow_GetsAnAxisInFront()
    {
        // A row is a 2 x 3 matrix: the constant on the left mixes its two lines.
        var builder = new GraphBuilder().Input("x", 2, 3).Output("y", 2, 3)
            .Floats("w", [2, 2], 1, 2, 3, 4).Node("MatMul", "w x", "y");
        float[] rows = [1, 2, 3, 4, 5, 6, 1, 0, 0, 0, 1, 0];

        var model = builder.Load();

        Assert.Equal(Batching.Rewritten, model.Batching);
        Assert.Equal([2, 3], model.Input.RowShape);
        Assert.Equal([9, 12, 15, 19, 26, 33, 1, 2, 0, 3, 4, 0], TestRows.Run(model, rows));
    }

    [Fact]
    public void NoAxis_OperatorWithoutRule_RunsOneTensorAtATime()
    {
        var builder = new GraphBuilder().Input("x", 3).Output("y", 3)
            .Integers("zero", 0).Node("CumSum", "x zero", "y");

        var model = builder.Load();

        Assert.Equal(Batching.None, model.Batching);
        Assert.Equal([1, 3, 6, 4, 9, 15], TestRows.Run(model, [1, 2, 3, 4, 5, 6]));
        Assert.Contains(model.Repairs, note => note.Contains("CumSum 'n0' has no rule", StringComparison.Ordinal));
    }

    [Fact]
    public void FixedAxis_MovedByATranspose_GetsAnotherInFront()
    {
        var builder = new GraphBuilder().Input("x", 1, 2, 3).Output("y", 2, 1, 3)
            .Node("Transpose", "x", "t", ("perm", new long[] { 1, 0, 2 })).Node("Softmax", "t", "y", ("axis", 0));
        var rows = TestRows.Normal(12, seed: 4);

        var model = builder.Load();

        Assert.Equal([1, 2, 3], model.Input.RowShape);
        var file = builder.Bytes();
        float[] expected = [.. TestRows.RunFile(file, rows[..6], 1, 2, 3),
            .. TestRows.RunFile(file, rows[6..], 1, 2, 3)];
        TestRows.AssertClose(expected, TestRows.Run(model, rows));
    }

    [Fact]
    public void ShapeArithmetic_InAFreeModel_IsReplacedByConstants()
    {
        // What PyTorch writes for x.view(x.shape[0], -1).
        var builder = new GraphBuilder().Input("x", -1, 2, 3).Output("y", -1, 2)
            .Integers("zero", 0).Integers("rest", -1)
            .Random("w", 4, 6, 2)
            .Node("Relu", "x", "r").Node("Shape", "x", "s").Node("Gather", "s zero", "n", ("axis", 0))
            .Node("Concat", "n rest", "target", ("axis", 0)).Node("Reshape", "r target", "f")
            .Node("MatMul", "f w", "y");
        var file = builder.Bytes();
        var rows = TestRows.Normal(5 * 6, seed: 6);

        var model = builder.Load();

        Assert.Equal(Batching.Free, model.Batching);
        Assert.Equal(["x", "r", "f", "y"], model.Cuts.Select(cut => cut.Name));
        TestRows.AssertClose(TestRows.RunFile(file, rows, 5, 2, 3), TestRows.Run(model, rows));
    }

    [Fact]
    public void PrependedAxis_OperatorsWithAxes_AreShifted()
    {
        var builder = new GraphBuilder().Input("x", 2, 4).Output("y", 4, 2)
            .Integers("starts", 1).Integers("ends", 4).Integers("axes", 1)
            .Integers("pads", 0, 1, 0, 0).Integers("one", 1)
            .Floats("b", [2, 1], 1, 2)
            .Node("Add", "x b", "a").Node("Softmax", "a", "p", ("axis", 0))
            .Node("Slice", "p starts ends axes", "s").Node("Pad", "s pads", "q").Node("Transpose", "q", "t")
            .Node("ReduceSum", "t one", "u", ("keepdims", 1)).Node("Sub", "t u", "y");
        var file = builder.Bytes();
        var rows = TestRows.Normal(3 * 8, seed: 8);

        var model = builder.Load();

        Assert.Equal(Batching.Rewritten, model.Batching);
        float[] expected = [.. Enumerable.Range(0, 3).SelectMany(i =>
            TestRows.RunFile(file, rows[(i * 8)..((i + 1) * 8)], 2, 4))];
        TestRows.AssertClose(expected, TestRows.Run(model, rows));
    }

    [Theory]
    [InlineData(11, "Double")]
    [InlineData(10, "Float16")]
    public void OtherFloatTypes_AtBothEnds_AreCast(int type, string name)
    {
        var builder = new GraphBuilder().Input("x", -1, 3).Output("y", -1, 3).Node("Relu", "x", "y");
        builder.Graph.Input[0].Type.TensorType.ElemType = type;
        builder.Graph.Output[0].Type.TensorType.ElemType = type;

        var model = builder.Load();

        Assert.Equal([0, 0.5f, 2], TestRows.Run(model, [-1, 0.5f, 2]));
        Assert.Equal(2, model.Repairs.Count(note => note.Contains(name, StringComparison.Ordinal)));
    }

    private static GraphBuilder Dense(long batch) => new GraphBuilder().Input("x", batch, 3).Output("y", batch, 2)
        .Random("w", 1, 3, 2).Floats("b", [2], 0.5f, -0.5f)
        .Node("MatMul", "x w", "m").Node("Add", "m b", "a").Node("Relu", "a", "y");
}
