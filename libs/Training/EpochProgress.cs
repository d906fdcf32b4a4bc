namespace KoopmanMesh.Training;

/// <summary>Reported after every epoch.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Loss">Mean loss over the epoch's rows, each as its batch saw it.</param>
/// <param name="LearningRate">The epoch's learning rate.</param>
public readonly record struct EpochProgress(int Epoch, int Epochs, double Loss, double LearningRate);
