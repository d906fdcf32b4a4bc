using System.Numerics.Tensors;
using Google.Protobuf;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>Turns the chunks of one fit into columns and counts what came.</summary>
internal sealed class ChunkReader(FitPlan plan, FitSink sink)
{
    private const int MostChunkBytes = 1 << 20;

    private bool _inTrajectory;

    /// <summary>Without pairs, which only the fit knows.</summary>
    public DataSeen Seen { get; } = new();

    public void Add(FitChunk chunk)
    {
        var bytes = chunk.States.Length + chunk.Successors.Length + chunk.Inputs.Length;
        Require(
            chunk.Rows > 0 || (chunk.Rows == 0 && chunk.EndOfTrajectory), "rows",
            $"is {chunk.Rows}, expected at least 1, or 0 to end a trajectory");
        Require(
            (long)bytes + chunk.Times.Length <= MostChunkBytes, "states",
            $"and the other bytes are {bytes + chunk.Times.Length}, expected at most {MostChunkBytes} together");
        if (plan.IsPairs)
        {
            AddPairs(chunk);
        }
        else
        {
            AddStates(chunk);
        }

        Seen.Rows += chunk.Rows;
        Seen.Bytes += bytes;
    }

    private void AddPairs(FitChunk chunk)
    {
        Require(!chunk.EndOfTrajectory, "end_of_trajectory", "is true, but pairs have no trajectories");
        Require(chunk.Times.IsEmpty, "times", "are given, but pairs have none");
        sink.AddPairs(
            Columns(chunk.States, plan.Format.Width, chunk.Rows, "chunk.states"),
            Columns(chunk.Successors, plan.Format.Width, chunk.Rows, "chunk.successors"),
            Inputs(chunk));
    }

    private void AddStates(FitChunk chunk)
    {
        Require(chunk.Successors.IsEmpty, "successors", "are given, but the states of a trajectory are their own");
        Require(
            chunk.Times.IsEmpty || plan.Method.TakesTimes, "times",
            $"are given, but the method {plan.Method.Name} takes an even time step only");
        var states = Columns(chunk.States, plan.Format.Width, chunk.Rows, "chunk.states");
        var inputs = Inputs(chunk);
        if (chunk.Rows > 0)
        {
            Seen.Trajectories += _inTrajectory ? 0 : 1;
            sink.AddStates(states, inputs, Times(chunk));
            _inTrajectory = true;
        }

        if (chunk.EndOfTrajectory)
        {
            sink.EndTrajectory();
            _inTrajectory = false;
        }
    }

    private Matrix? Inputs(FitChunk chunk)
    {
        Require(
            chunk.Inputs.IsEmpty || plan.Format.InputWidth > 0, "inputs",
            "are given, but the header says there are none");
        return plan.Format.InputWidth > 0
            ? Columns(chunk.Inputs, plan.Format.InputWidth, chunk.Rows, "chunk.inputs")
            : null;
    }

    private static double[]? Times(FitChunk chunk) => chunk.Times.IsEmpty
        ? null
        : TensorCodec.View<double>(chunk.Times, chunk.Rows, "chunk.times").ToArray();

    // Rows on the wire are columns here, byte for byte.
    private Matrix Columns(ByteString bytes, int width, int count, string what)
    {
        if (plan.Format.ElementType == ElementType.Float64)
        {
            return new Matrix(width, count, TensorCodec.View<double>(bytes, (long)width * count, what).ToArray());
        }

        var singles = TensorCodec.View<float>(bytes, (long)width * count, what);
        var columns = new Matrix(width, count);
        TensorPrimitives.ConvertTruncating<float, double>(singles, columns.AsSpan());
        return columns;
    }

    private static void Require(bool condition, string field, string problem)
    {
        if (!condition)
        {
            throw new InvalidRequestException("CHUNK_INVALID", $"chunk.{field} {problem}", $"chunk.{field}");
        }
    }
}
