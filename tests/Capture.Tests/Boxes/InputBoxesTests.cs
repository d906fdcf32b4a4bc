using KoopmanMesh.Capture.Boxes;
using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Capture.Tests.Boxes;

public sealed class InputBoxesTests
{
    // Rows (0, 1, 2), (3, 4, 5), (6, 7, 8), (9, 10, 11).
    private static readonly BoxRows Rows = new(
        Samples.Counting(4, 3), RowOrder.Of(Samples.Counting(4, 3), [3], "counted", Layout.Flat));

    private static readonly NetworkModel Model = NetworkModel.Load(
        OnnxExport.Dense([new DenseLayer(Matrix.Identity(3), new double[3], DenseActivation.None)], "identity"),
        "three.onnx");

    [Fact]
    public void Resolve_Uniform_IsTheSameInEveryFeature()
    {
        var box = Resolve(new InputBox { Uniform = new UniformBox { Lower = -1, Upper = 2 } }, rows: null);

        Assert.Equal([-1.0, -1, -1], box.Lower);
        Assert.Equal([2.0, 2, 2], box.Upper);
    }

    [Fact]
    public void Resolve_AroundARow_IsItsBall()
    {
        var box = Resolve(new InputBox { Around = new BallBox { Row = 2, Radius = 0.5 } }, Rows);

        Assert.Equal([5.5, 6.5, 7.5], box.Lower);
        Assert.Equal([6.5, 7.5, 8.5], box.Upper);
    }

    [Fact]
    public void Resolve_AroundARow_IsClipped()
    {
        var box = Resolve(
            new InputBox { Around = new BallBox { Row = 0, Radius = 1.5, Lowest = 0, Highest = 3 } }, Rows);

        Assert.Equal([0.0, 0, 0.5], box.Lower);
        Assert.Equal([1.5, 2.5, 3], box.Upper);
    }

    [Fact]
    public void Resolve_Bounds_AreTaken()
    {
        var bounds = new BoundsBox { Lower = { 1, 2, 3 }, Upper = { 1, 5, 6 } };

        var box = Resolve(new InputBox { Bounds = bounds }, rows: null);

        Assert.Equal([1.0, 2, 3], box.Lower);
        Assert.Equal([1.0, 5, 6], box.Upper);
    }

    [Fact]
    public void Resolve_Nothing_IsTheRangeOfTheRowsThatCount()
    {
        Assert.Equal([0.0, 1, 2], Resolve(null, Rows).Lower);
        Assert.Equal([9.0, 10, 11], Resolve(new InputBox { Data = new DataBox() }, Rows).Upper);
        var odd = Resolve(null, Rows with { Counts = row => row % 2 == 1 });

        Assert.Equal([3.0, 4, 5], odd.Lower);
        Assert.Equal([9.0, 10, 11], odd.Upper);
    }

    [Fact]
    public void Resolve_Margin_IsAFractionOfTheRange()
    {
        var box = Resolve(new InputBox { Data = new DataBox { Margin = 0.5 } }, Rows);

        Assert.Equal([-4.5, -3.5, -2.5], box.Lower);
        Assert.Equal([13.5, 14.5, 15.5], box.Upper);
    }

    [Fact]
    public void Resolve_WhatIsNoBox_SaysWhy()
    {
        Refused(
            new InputBox { Bounds = new BoundsBox { Lower = { 0, 0 }, Upper = { 1, 1 } } },
            "the box has 2 bounds, 'three.onnx' takes 3 features", "box.bounds");
        Refused(
            new InputBox { Bounds = new BoundsBox { Lower = { 0, 0, 0 }, Upper = { 1 } } },
            "the box has 3 lower and 1 upper bounds, 'three.onnx' takes 3 features", "box.bounds");
        Refused(
            new InputBox { Bounds = new BoundsBox { Lower = { 0, double.NaN, 0 }, Upper = { 1, 1, 1 } } },
            "feature 1 of the box goes from NaN to 1, expected finite numbers, the lower first", "box.bounds");
        Refused(
            new InputBox { Uniform = new UniformBox { Lower = 1, Upper = 0 } },
            "feature 0 of the box goes from 1 to 0, expected finite numbers, the lower first", "box.uniform");
        Refused(
            new InputBox { Uniform = new UniformBox { Lower = 0, Upper = double.PositiveInfinity } },
            "feature 0 of the box goes from 0 to Infinity, expected finite numbers, the lower first", "box.uniform");
        Refused(
            new InputBox { Around = new BallBox { Row = 4, Radius = 1 } },
            "the box is around row 4, and 'counting' has rows 0 to 3", "box.around.row");
        Refused(
            new InputBox { Around = new BallBox { Row = 1, Radius = -1 } },
            "the radius of the box is -1, expected a number from 0 up", "box.around.radius");
        Refused(
            new InputBox { Around = new BallBox { Row = 3, Radius = 1, Highest = 1 } },
            "feature 0 of the box goes from 8 to 1, expected finite numbers, the lower first", "box.around");
        Refused(
            new InputBox { Data = new DataBox { Margin = double.NaN } },
            "the margin of the box is NaN, expected a number from 0 up", "box.data.margin");
    }

    [Fact]
    public void Resolve_OfDataWithoutData_SaysSo()
    {
        var exception = Assert.Throws<InvalidRequestException>(() => Resolve(null, rows: null));

        Assert.Equal("the box is of the data, and the request names no data", exception.Message);
    }

    private static void Refused(InputBox box, string message, string field)
    {
        var exception = Assert.Throws<InvalidRequestException>(() => Resolve(box, Rows));

        Assert.Equal(message, exception.Message);
        Assert.Equal(field, exception.Field);
    }

    private static FeatureBox Resolve(InputBox? box, BoxRows? rows) =>
        InputBoxes.Resolve(box, Model, rows, "box", TestContext.Current.CancellationToken);
}
